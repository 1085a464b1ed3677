"""Many rows changed at once: what is to become of them, what each says to it, and the doing, as one event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from exchange.rows.trial import keeps_approved
from models.changes.bulk import CHANGED_SINCE, Bulk, Change, Judge, Refusal
from models.changes.gathering import rows_of
from models.database import db
from models.declare.base import fields_of
from models.declare.clock import today
from models.declare.proposing import is_proposable
from models.declare.words import N_, Problem
from models.keeping.progress import Tell
from models.queries.relations import used_among
from models.tenancy import scope
from models.tenancy.roles import can
from views import reasons
from views.register import bulkpage, underway
from views.register.bulkform import CLEAR, BulkForm, confirming, handing_over, open_fields
from views.register.bulkselection import SEALED, WORK, Selection, asked, opened, sealed
from views.register.options import gather, picker_texts
from views.texts import choose_language, explain, ngettext
from views.texts import gettext as _

CHANGE, OWNER, CONFIRM, DELETE = "change", "owner", "confirm", "delete"
STEP, LOOK, ANEW, FORM = "step", "look", "anew", "form"
MODE, SOME = "mode", "some"
LABELS = {CHANGE: N_("Endre"), OWNER: N_("Gi videre"), CONFIRM: N_("Stemmer fortsatt"), DELETE: N_("Slett")}
IN_USE = N_("Den er i bruk. Fjern koblingene til den først.")
SENT = frozenset({WORK, STEP, SEALED, MODE, CLEAR, reasons.FIELD, "row", "whole", "back", "csrf_token", "opened_in"})
SENT |= {"switch_language"}


def offers(register: type[Any]) -> list[str]:
    """What the person may do with several rows of a register; of a single row it is asked once more."""
    if register.__written_once__:
        return []
    found = []
    if _may("edit", register) and (keys := {known.key for known in open_fields(register)}):
        owner, confirmed = handing_over(register), confirming(register)
        found += [CHANGE]
        found += [OWNER] if owner and owner.key in keys else []
        found += [CONFIRM] if confirmed and confirmed.key in keys else []
    return [*found, DELETE] if _may("delete", register) else found


def _may(action: str, register: type[Any]) -> bool:
    """Who may propose to a shared register keeps the own proposals."""
    proposes = is_proposable(register) and can(g.actor, "create", register, g.active)
    return proposes or can(g.actor, action, register, g.active)


def may(view: Any) -> bool:
    """The rule at the door."""
    return can(g.actor, "read", view.register, g.active) and bool(offers(view.register))


def answer(view: Any) -> ResponseReturnValue:
    """The page that is asked for: what is to be done, how it would be, or what came of it."""
    if request.method == "POST":
        choose_language(request.form.get("switch_language", ""))
    try:
        if SEALED in request.form:
            return _sealed(view)
        selection = asked(view.register, _work(view))
    except Problem as problem:
        return bulkpage.told(view, explain(problem))
    if not selection.ids:
        if selection.missing:
            abort(404)
        flash(_("Kryss av for radene først."), "info")
        return redirect(selection.back, code=303)
    if selection.work in {CHANGE, OWNER}:
        posted = request.method == "POST" and request.form.get(STEP) == LOOK and "switch_language" not in request.form
        return _form(view, selection, _typed(view, selection), looks=posted)
    return _look(view, selection, [], _changes(view, selection, []))


def _work(view: Any) -> str:
    work = request.values.get(WORK, "")
    if work not in LABELS:
        abort(404)
    if work not in offers(view.register):
        abort(403)
    return work


def _sealed(view: Any) -> ResponseReturnValue:
    """What was looked at: done, shown anew, or back to the form it came from."""
    selection, typed = opened(view.register, request.form[SEALED])
    if selection.work not in offers(view.register):
        abort(403)
    step, now = request.form.get(STEP), selection.now()
    if step == FORM:
        return _form(view, now, typed, looks=False)
    if selection.work in {CHANGE, OWNER} and not _is_whole(_filled(view, selection, typed), view.register):
        return _form(view, now, typed, looks=True)
    changes = _changes(view, selection, typed)
    if step == ANEW:
        return _look(view, replace(now, versions={}), typed, changes)
    if selection.whole and set(now.ids) != set(selection.ids):
        told = _("Utvalget er et annet enn da du så på det: nå er det %(rows)s. Se over.", rows=_rows(now.number))
        return _look(view, replace(now, versions={}), typed, changes, [told], 409)
    if "switch_language" in request.form:
        return _look(view, now, typed, changes)
    return _do(view, now, typed, changes)


# -- the form ----------------------------------------------------------------------------------------------------------


def _typed(view: Any, selection: Selection) -> list[tuple[str, str]]:
    """What was written in the form. What it does not have is refused."""
    if request.method != "POST":
        return []
    found = [(key, value) for key in request.form for value in request.form.getlist(key) if key not in SENT]
    form = _filled(view, selection, [])
    if not all(form.knows(key) for key, _value in found):
        abort(400)
    return found + [(CLEAR, value) for value in request.form.getlist(CLEAR)]


def _filled(view: Any, selection: Selection, typed: list[tuple[str, str]]) -> BulkForm:
    """The form with what was written, in the fields that this work is about."""
    form: BulkForm = view.bulk_form_class(MultiDict(typed) if typed else None)
    known = open_fields(view.register)
    form.keep([one for one in known if one == handing_over(view.register)] if selection.work == OWNER else known)
    return form


def _is_whole(form: BulkForm, register: type[Any]) -> bool:
    """Whether the form says something, and all of it can be."""
    return form.validate() and not list(form.contradictions(register)) and any(one.says for one in form.asked(register))


def _form(view: Any, selection: Selection, typed: list[tuple[str, str]], *, looks: bool) -> ResponseReturnValue:
    form, errors = _filled(view, selection, typed), []
    if looks:
        if _is_whole(form, view.register):
            return _look(view, selection, typed, form.changes(view.register))
        errors = [*form.all_errors(), *form.contradictions(view.register)]
        errors = errors or [{"anchor": "main", "label": _("Ingenting valgt"), "message": _("Fyll ut minst ett felt.")}]
    gather(form.pointing)
    page = render_template(
        "register/bulk.html",
        title=_titled(selection),
        **bulkpage.frame(view, selection, _titled(selection)),
        fields=bulkpage.groups(list(form.asked(view.register))),
        form=form,
        hidden=[(STEP, LOOK), *selection.pairs],
        texts=picker_texts(),
        clear_name=CLEAR,
        errors=errors,
        language_form="bulk-form",
        submit_label=_("Se hva som skjer"),
    )
    return page, 422 if errors else 200


def _titled(selection: Selection) -> str:
    number = _rows(selection.number)
    titles: dict[str, Callable[[], str]] = {
        CHANGE: lambda: _("Endre %(number)s", number=number),
        OWNER: lambda: _("Gi %(number)s videre", number=number),
        CONFIRM: lambda: _("Stemmer fortsatt: %(number)s", number=number),
        DELETE: lambda: _("Slette %(number)s?", number=number),
    }
    return titles[selection.work]()


def _rows(number: int) -> str:
    return ngettext("%(num)s rad", "%(num)s rader", number)


# -- how it would be, and the doing ------------------------------------------------------------------------------------


def _changes(view: Any, selection: Selection, typed: list[tuple[str, str]]) -> list[Change]:
    """What becomes of the fields; nothing where the rows go."""
    if selection.work == DELETE:
        return []
    if selection.work == CONFIRM:
        known = confirming(view.register) or abort(404)
        return [Change(known, today())]
    form = _filled(view, selection, typed)
    form.validate()
    return form.changes(view.register)


def _tried(selection: Selection, changes: Sequence[Change], tell: Tell | None = None) -> tuple[Bulk, Selection]:
    """Every row as it would be, in the session alone; and the rows that are there, as they stood when looked at."""
    register = selection.register
    touched = fields_of(register) if selection.work == DELETE else [one.known for one in changes]
    there = rows_of(db.session, register, selection.ids, touched)
    rows = [there[one] for one in selection.ids if one in there]
    versions = selection.versions or {row.id: row.version for row in rows}
    bulk = Bulk(db.session, g.actor, versions, _judge(selection, rows))
    if tell is not None:
        bulk.tell = lambda done: tell(done, len(rows))
    if selection.work == DELETE:
        bulk.delete(rows)
    else:
        bulk.change(rows, changes)
    ids = tuple(row.id for row in rows)
    return bulk, replace(selection, versions=versions, missing=selection.number - len(rows), ids=ids)


def _judge(selection: Selection, rows: Sequence[Any]) -> Judge:
    """What is known of a row that its own register does not know: that it is in use, or approved and unfinished."""
    if selection.work == DELETE:
        used = used_among(db.session, selection.register, selection.ids)
        return lambda row: Refusal(row, Problem(IN_USE)) if row.id in used else None
    return keeps_approved(db.session, selection.register, rows)


def _look(
    view: Any,
    selection: Selection,
    typed: list[tuple[str, str]],
    changes: Sequence[Change],
    warnings: Sequence[str] = (),
    status: int = 200,
) -> ResponseReturnValue:
    """How each row would be, and which ones refuse. Nothing is saved."""
    bulk, stands = _tried(selection, changes)
    told = bulkpage.outcome(bulk, stands.missing)
    late = any(one.problem.text == CHANGED_SINCE for some in bulk.refusals.values() for one in some)
    db.session.rollback()
    page = render_template(
        "register/bulk_look.html",
        title=_titled(stands),
        **bulkpage.frame(view, stands, _titled(stands)),
        **told,
        warnings=warnings,
        hidden=[(SEALED, sealed(stands, typed))],
        has_form=selection.work in {CHANGE, OWNER},
        deletes=selection.work == DELETE,
        is_late=late,
        progress_url=url_for("underway.index") if underway.is_long(stands) else None,
        asks_why=view.register.__register__.asks_why,
        language_form="bulk-form",
    )
    return page, status


def _do(
    view: Any, selection: Selection, typed: list[tuple[str, str]], changes: Sequence[Change]
) -> ResponseReturnValue:
    """Do it to all rows, or to those that go when that is asked for; or to none."""
    try:
        with scope.saying(reason=reasons.given()), underway.telling(selection) as tell:
            bulk, stands = _tried(selection, changes, tell)
            number, skipped = len(bulk.changed) + len(bulk.gone), len(bulk.refusals) + stands.missing
            if not number or (skipped and request.form.get(MODE) != SOME):
                return _nothing(view, selection, typed, changes, is_done=not number and not skipped)
            tell(number, number)
            db.session.commit()
    except Problem as problem:
        told = explain(problem)
    except StaleDataError:
        told = _("Noen andre endret noe av dette i samme øyeblikk. Ingenting er endret. Se over på nytt.")
    except IntegrityError:
        told = _(
            "Noe av det du valgte, finnes ikke lenger, er i bruk, eller er registrert fra før. Ingenting er endret."
        )
    else:
        flash(_said(selection, number, skipped), "success")
        return redirect(selection.back, code=303)
    db.session.rollback()
    return _look(view, selection, typed, changes, [told], 409)


def _nothing(
    view: Any, selection: Selection, typed: list[tuple[str, str]], changes: Sequence[Change], *, is_done: bool
) -> ResponseReturnValue:
    """What is said when nothing is done: all is so already, or some rows refuse."""
    db.session.rollback()
    if is_done:
        flash(_("Radene er slik fra før. Ingenting er endret."), "info")
        return redirect(selection.back, code=303)
    told = _("Ingenting er endret. Noen av radene lar seg ikke endre nå: se under.")
    return _look(view, selection, typed, changes, [told], 409)


def _said(selection: Selection, number: int, skipped: int) -> Markup:
    """What was done, with the way to it."""
    deleted = ngettext("%(num)s rad er slettet.", "%(num)s rader er slettet.", number)
    changed = ngettext("%(num)s rad er endret.", "%(num)s rader er endret.", number)
    left = ngettext("%(num)s rad er som før.", "%(num)s rader er som før.", skipped) if skipped else ""
    url = url_for("changes.event", event=g.request_id)
    link = Markup('<a href="{}">{}</a>').format(url, _("Se eller angre"))
    return Markup("{} {} {}").format(deleted if selection.work == DELETE else changed, left, link)
