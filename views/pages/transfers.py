"""A role in the cooperation passes to another organisation: looked at first, done in one transaction, and what must be
signed again ticked off as it is."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import StaleDataError

from models.database import db
from models.declare.charging import PartyRole
from models.declare.checks import no_national_identity_number
from models.declare.clock import today
from models.declare.numbers import BIGGEST, digits
from models.declare.words import N_, Problem
from models.money import transferring
from models.money.transferring import ROLES, Preview, Wish
from models.registers.catalogue import Supplier
from models.registers.parties import parties_on
from models.registers.transfers import Transfer, TransferPaper
from models.tenancy import roles, scope
from models.tenancy.log import REASON
from models.tenancy.roles import may_merge_places
from reports import transfer as papers
from reports import xlsx
from views import formatters
from views.access import needs
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("transfers", __name__, url_prefix="/transfers")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_DAY = N_("Skriv dagen slik: 2026-12-31.")
AT_ONCE = N_("Noen andre endret noe av dette i samme øyeblikk. Prøv igjen.")


def leads() -> bool:
    return may_merge_places(g.actor)


def _everywhere() -> Any:
    return scope.use(roles.scope_for(g.actor, g.municipalities, None, g.request_id))


def _trail(*over: str) -> list[dict[str, Any]]:
    here = {"label": _("Overføring av roller"), "url": url_for("transfers.index") if over else None}
    return [{"label": _("Start"), "url": "/"}, here, *({"label": one, "url": None} for one in over)]


@blueprint.get("/")
@needs(leads)
def index() -> str:
    """Who has the roles today, what has passed, and the form."""
    return _index()


def _index(error: str = "", preview: Preview | None = None) -> str:
    held = [(tr(role.label), [one.name for one in parties_on(db.session, role, today())], role.value) for role in ROLES]
    done = select(Transfer).order_by(Transfer.id.desc()).options(selectinload(Transfer.papers))
    return render_template(
        "transfers/index.html",
        title=_("Overføring av roller"),
        breadcrumbs=_trail(),
        held=held,
        suppliers=db.session.execute(select(Supplier.id, Supplier.name).order_by(Supplier.sort_key)).all(),
        rows=[_line(one) for one in db.session.scalars(done)],
        preview=_told(preview) if preview else None,
        given=request.form,
        error=error,
        today=today().isoformat(),
    )


def _line(one: Transfer) -> dict[str, Any]:
    left = len([paper for paper in one.papers if paper.to_sign and paper.signed_on is None])
    return {
        "url": url_for(".show", number=one.id), "name": f"{one.from_name} → {one.to_name}",
        "roles": papers.role_names(one.roles, tr), "day": formatters.day(one.day), "left": left,
    }  # fmt: skip


def _told(preview: Preview) -> dict[str, Any]:
    """What it would come to."""
    wish, day = preview.wish, formatters.day(preview.wish.day)
    ends = [(tr(one.role.label), one.name, preview.to.name, day) for one in preview.ends]
    rows = [
        (
            g.municipalities[one.agreement.municipality_id].name, one.agreement.name, tr(papers.NATURES[one.nature]),
            tr(papers.becomes(one.carried, one.to_sign)),
        )
        for one in preview.papers
    ]  # fmt: skip
    return {"ends": ends, "papers": rows, "left": len(preview.to_sign), "issues": PartyRole.ISSUER in wish.roles}


@blueprint.post("/")
@needs(leads)
def make() -> ResponseReturnValue:
    """Look at what it comes to, or do it."""
    try:
        with _everywhere():
            wish = _wish()
            if request.form.get("do") != "carry":
                return _index(preview=transferring.look(db.session, wish))
            made = transferring.carry_out(db.session, wish, tr)
            db.session.commit()
            number = made.id
    except Problem as problem:
        db.session.rollback()
        return _index(explain(problem)), 422
    except StaleDataError:
        db.session.rollback()
        return _index(tr(AT_ONCE)), 409
    flash(_("Rollene går over den dagen. Under står det som må signeres på nytt."), "success")
    return redirect(url_for(".show", number=number), code=303)


def _wish() -> Wish:
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError as error:
        raise Problem(NO_DAY) from error
    wanted = tuple(role for role in ROLES if role.value in form.getlist("role"))
    basis = no_national_identity_number(form.get("basis", "").strip()[:REASON])
    return Wish(day, wanted, digits(form.get("supplier", "")) or 0, basis)


def _found(number: int) -> Transfer:
    wanted = select(Transfer).where(Transfer.id == min(number, BIGGEST)).options(selectinload(Transfer.papers))
    return db.session.scalar(wanted) or abort(404)


@blueprint.get("/<int:number>/")
@needs(leads)
def show(number: int) -> str:
    """What went over, and what remains to be signed."""
    return _show(_found(number))


def _show(found: Transfer, error: str = "") -> str:
    title = _("Overføring til %(name)s", name=found.to_name)
    return render_template(
        "transfers/one.html",
        title=title,
        breadcrumbs=_trail(title),
        number=found.id,
        facts=[
            (_("Rolle"), papers.role_names(found.roles, tr)), (_("Fra"), found.from_name), (_("Til"), found.to_name),
            (_("Gjelder fra"), formatters.day(found.day)), (_("Grunnlag"), found.basis),
            (_("Ført av"), f"{found.made_by}, {formatters.moment(found.made_at)}"),
        ],
        to_sign=[_paper(one) for one in found.papers if one.to_sign],
        carried=[(_place(one), one.name, tr(papers.NATURES[one.nature])) for one in found.papers if one.carried],
        left=len([one for one in found.papers if one.to_sign and one.signed_on is None]),
        today=today().isoformat(),
        error=error,
    )  # fmt: skip


def _place(one: TransferPaper) -> str:
    return g.municipalities[one.place].name if one.place in g.municipalities else ""


def _paper(one: TransferPaper) -> dict[str, Any]:
    return {
        "id": one.id, "place": _place(one), "name": one.name, "nature": tr(papers.NATURES[one.nature]),
        "signed": formatters.day(one.signed_on) if one.signed_on else "", "by": one.ticked_by,
    }  # fmt: skip


@blueprint.post("/<int:number>/papers/<int:paper>/")
@needs(leads)
def tick(number: int, paper: int) -> ResponseReturnValue:
    """Say that a paper is signed again, or that it was not after all."""
    found = _found(number)
    one = next((each for each in found.papers if each.id == paper and each.to_sign), None) or abort(404)
    try:
        day = None if request.form.get("do") == "not" else date.fromisoformat(request.form.get("day", ""))
        transferring.tick(db.session, one, day)
        db.session.commit()
    except Problem as problem:
        db.session.rollback()
        return _show(_found(number), explain(problem)), 422
    except ValueError:
        return _show(found, tr(NO_DAY)), 422
    return redirect(url_for(".show", number=number), code=303)


@blueprint.get("/<int:number>/xlsx/")
@needs(leads)
def excel(number: int) -> ResponseReturnValue:
    """The same as a sheet."""
    found = _found(number)
    names = {one: place.name for one, place in g.municipalities.items()}
    file = io.BytesIO()
    xlsx.write(papers.workbook(found, names, language()), file)
    file.seek(0)
    return send_file(file, XLSX, as_attachment=True, download_name=f"overforing-{found.id}.xlsx", max_age=0)
