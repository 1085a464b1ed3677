"""Two rows that are the same thing made one: which the other is, what is kept of each, and the doing."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.changes.audit import WHY
from models.changes.gathering import rows_of
from models.changes.merging import Merging, Pick, Refusal, allowed, likely, may_merge, names_too_long, pickable, refusal
from models.database import db
from models.declare.base import fields_of
from models.declare.numbers import as_id
from models.declare.titles import title_of
from models.declare.words import N_, Problem
from models.queries import quality
from models.queries.standing import standing
from models.tenancy import scope
from models.tenancy.roles import can
from views import reasons
from views.addresses import address_of
from views.register import deleting, mergepage, returning
from views.texts import choose_language, explain, language, ngettext, tr
from views.texts import gettext as _

ROW, OTHER, VERSION, OTHER_VERSION = "row", "other", "version", "other_version"
CHANGED_SINCE = N_("Noen har endret en av dem siden du så på dem. Ingenting er slått sammen. Se over, og prøv igjen.")
IN_THE_WAY = N_(
    "Noe annet holder på den ene: den er tatt i bruk, eller det samme er registrert flere steder. "
    "Ingenting er slått sammen. Prøv igjen, eller velg noe annet i feltet som skal være ulikt for alle."
)


def may(view: Any) -> bool:
    """The rule at the door; of the rows at hand it is asked once more."""
    register = view.register
    return may_merge(register) and can(g.actor, "read", register, g.active) and offers(register)


def offers(register: type[Any]) -> bool:
    """Whether somebody may merge any rows of a register here."""
    return may_merge(register) and can(g.actor, "delete", register, g.active)


def from_list(register: type[Any]) -> str | None:
    """Where two rows that are ticked in a list are merged; None for whom may not."""
    return address_of(f"{register.__tablename__}.merge_view") if offers(register) else None


def offer(row: Any) -> str | None:
    """Where a row is merged with another; None for whom may not."""
    may = may_merge(type(row)) and allowed(g.actor, row, row)
    return url_for(".merge_view", id=row.id, back=returning.way_back()) if may else None


def answer(view: Any) -> ResponseReturnValue:
    """The page that is asked for: which the other row is, or both side by side; and the merging itself."""
    if request.method == "GET" and ROW in request.args:
        return _ticked()
    if not request.values.get(OTHER):
        kept = view.get_one(request.values.get("id"))
        if not allowed(g.actor, kept, kept):
            abort(403)
        return mergepage.choose(view, kept)
    kept, gone = _both(view)
    if not allowed(g.actor, kept, gone):
        abort(403)
    if request.method == "POST" and choose_language(request.form.get("switch_language", "")):
        return _look(view, kept, gone)
    if problem := refusal(kept, gone):
        return mergepage.choose(view, kept, explain(problem), gone)
    return _merge(view, kept, gone) if request.method == "POST" else _look(view, kept, gone)


def _ticked() -> ResponseReturnValue:
    """From a list: the two rows that are ticked there, the oldest of them to be kept until somebody says otherwise."""
    try:
        ids = sorted({as_id(one) for one in request.args.getlist(ROW)})
    except ValueError:
        abort(404)
    if len(ids) != 2:
        flash(_("Kryss av for to rader som er det samme, så kan de slås sammen."), "info")
        return redirect(returning.way_back() or url_for(".index_view"), code=303)
    return redirect(url_for(".merge_view", id=ids[0], other=ids[1], back=returning.way_back()), code=303)


def _both(view: Any) -> tuple[Any, Any]:
    """The two rows, read whole. One that was merged already leads to where it went."""
    found = []
    for given in (request.values.get("id"), request.values.get(OTHER)):
        try:
            found.append(as_id(given or ""))
        except ValueError:
            abort(404)
    there = rows_of(db.session, view.register, list(dict.fromkeys(found)), fields_of(view.register))
    for one in found:
        if one not in there:
            abort(deleting.way_to(view.register, one))
    return there[found[0]], there[found[1]]


def _look(
    view: Any, kept: Any, gone: Any, refused: list[dict[str, str]] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Both rows side by side."""
    known = pickable(g.actor, kept, gone)
    picks = {one.key: _picked(one, kept, gone) for one in known}
    page = mergepage.context(kept, gone, known, picks)
    if refused is None and (early := names_too_long(kept, gone, picks)):
        refused = [_told(early)]
    made = render_template(
        "register/merge.html",
        title=_("Slå sammen to rader"),
        eyebrow=tr(view.register.__register__.name),
        breadcrumbs=view._trail(title_of(kept, language()), _("Slå sammen"), row=kept),
        errors=refused or [],
        asks_why=view.register.__register__.asks_why,
        form=[
            ("id", kept.id),
            (OTHER, gone.id),
            (VERSION, kept.version),
            (OTHER_VERSION, gone.version),
            *([(returning.BACK, back)] if (back := returning.way_back()) else []),
        ],
        language_form="merge-form",
        action_url=url_for(".merge_view"),
        swap_url=url_for(".merge_view", id=gone.id, other=kept.id, back=returning.way_back()),
        choose_url=url_for(".merge_view", id=kept.id, back=returning.way_back()),
        back_url=returning.way_back() or url_for(".details_view", id=kept.id),
        **page,
    )
    return made, status


def _picked(known: Any, kept: Any, gone: Any) -> Pick:
    given = request.form.get(mergepage.name_of(known))
    return Pick(given) if given in set(mergepage.choices(known)) else likely(known, kept, gone)


def _merge(view: Any, kept: Any, gone: Any) -> ResponseReturnValue:
    if _versions(kept, gone) != (request.form.get(VERSION), request.form.get(OTHER_VERSION)):
        return _look(view, kept, gone, [_general(tr(CHANGED_SINCE))], 409)
    name, kept_id = title_of(gone, language()), kept.id
    try:
        with scope.saying(reason=_reason(view, kept)), db.session.no_autoflush:
            refused, number = _try(kept, gone)
            if refused:
                return _again(view, [_told(one) for one in refused], 422)
        db.session.commit()
    except Problem as problem:
        return _again(view, [_general(explain(problem))], 422)
    except StaleDataError:
        return _again(view, [_general(tr(CHANGED_SINCE))], 409)
    except IntegrityError:
        return _again(view, [_general(tr(IN_THE_WAY))], 409)
    flash(_said(name, number), "success")
    return redirect(url_for(".details_view", id=kept_id, back=returning.way_back()), code=303)


def _versions(kept: Any, gone: Any) -> tuple[str, str]:
    return str(kept.version), str(gone.version)


def _reason(view: Any, kept: Any) -> str:
    """Why, for the history of all that moves: what is written, else that it follows from this. Raises Problem where the
    register wants it written."""
    given = reasons.given()
    if not given and view.register.__register__.asks_why:
        raise Problem(WHY, name=str(kept))
    return given or _("Slått sammen i registeret %(name)s.", name=tr(view.register.__register__.name))


def _try(kept: Any, gone: Any) -> tuple[list[Refusal], int]:
    """Put the two together and write it, unless something is wrong; how many rows point elsewhere then."""
    before = quality.gaps_when_approved(standing(db.session, kept))
    picks = {known.key: _picked(known, kept, gone) for known in pickable(g.actor, kept, gone)}
    merging = Merging(db.session, kept, gone, picks)
    refused = merging.put_together()
    refused += [Refusal(Problem(quality.NOT_READY), known) for known in quality.unready(kept, before)]
    return refused, 0 if refused else merging.carry_out()


def _again(view: Any, refused: list[dict[str, str]], status: int) -> ResponseReturnValue:
    """The page once more, with what was picked and what is wrong."""
    db.session.rollback()
    return _look(view, *_both(view), refused, status)


def _told(refused: Refusal) -> dict[str, str]:
    if refused.known is None:
        return _general(explain(refused.problem))
    known, message = refused.known, explain(refused.problem)
    return {"anchor": mergepage.name_of(known), "label": tr(known.label), "message": message}


def _general(message: str) -> dict[str, str]:
    return {"anchor": "main", "label": _("Ikke slått sammen"), "message": message}


def _said(name: str, number: int) -> Markup:
    """What was done, with the way to it."""
    told = _("«%(name)s» er slått sammen med denne.", name=name)
    moved = ngettext("%(num)s kobling fulgte med.", "%(num)s koblinger fulgte med.", number) if number else ""
    link = Markup('<a href="{}">{}</a>').format(url_for("changes.event", event=g.request_id), _("Se eller angre"))
    return Markup("{} {} {}").format(told, moved, link)
