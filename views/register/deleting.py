"""Deleting a row, the page it then has, and bringing it back: nothing is gone because somebody pressed once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from models.changes import restoring
from models.database import db
from models.declare.clock import day_of
from models.declare.numbers import as_id, digits
from models.declare.titles import title_of
from models.declare.words import Problem
from models.queries.relations import uses_of
from models.tenancy import scope
from models.tenancy.log import change_class
from models.tenancy.roles import may_do
from views import formatters, reasons
from views.access import may_create
from views.register import editing, history, related, saving
from views.texts import choose_language, explain, language, tr
from views.texts import gettext as _

PAGE = 50


def question(view: Any, row: Any) -> ResponseReturnValue:
    """Ask, and delete what was asked about: a row that has changed since is asked about again."""
    if request.method == "POST" and request.form.get("version") == str(row.version) and not uses_of(db.session, row):
        return _delete(view, row)
    return _asked(view, row, 409 if request.method == "POST" else 200)


def _asked(view: Any, row: Any, status: int) -> ResponseReturnValue:
    name, asked_about = title_of(row, language()), request.form.get("version", "")
    changed, since = request.method == "POST" and asked_about != str(row.version), digits(asked_about)
    page = render_template(
        "register/delete.html",
        title=_("Slette %(one)s?", one=tr(view.register.__register__.one)),
        breadcrumbs=view._trail(name, _("Slett"), row=row),
        record_name=name,
        blockers=related.links(uses_of(db.session, row), row),
        changed=changed,
        changes=history.since(row, since) if changed and since is not None else [],
        action_url=url_for(".delete_view", id=row.id),
        cancel_url=url_for(".details_view", id=row.id),
        days=restoring.DAYS,
        form=[("version", row.version)],
    )
    return page, status


def _delete(view: Any, row: Any) -> ResponseReturnValue:
    name, row_id = title_of(row, language()), row.id
    try:
        with scope.saying(reasons.given()):
            db.session.delete(row)
            db.session.commit()
    except StaleDataError:  # another was quicker by less than a second
        db.session.rollback()
        return _asked(view, view.get_one(row_id), 409)
    except IntegrityError:
        db.session.rollback()
        abort(409)
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
        return _asked(view, view.get_one(row_id), 422)
    flash(_("«%(name)s» er slettet. Den kan hentes tilbake under «Slettede».", name=name), "success")
    return redirect(url_for(".index_view"), code=303)


def way_to(register: type[Any], row_id: Any) -> Response | int:
    """Where somebody who asks for a row that is not there should go: to the one it went into, to the page of the
    deleted one, or 404."""
    change = None if register.__written_once__ else restoring.deletion_of(db.session, register, as_id(row_id))
    if change is None:
        return 404
    went = restoring.where_it_went(db.session, register, change)
    if not isinstance(went, register):
        gone = row_id if went is None else went.row_id
        return redirect(url_for(".deleted_view", id=gone), code=303)  # type: ignore[return-value]
    name = title_of(went, language())
    flash(_("«%(gone)s» er slått sammen med «%(name)s». Du er ført dit.", gone=change.row_name, name=name), "info")
    door = ".edit_view" if (request.endpoint or "").endswith(".edit_view") else ".details_view"
    return redirect(url_for(door, id=went.id), code=303)  # type: ignore[return-value]


def way_to_history(register: type[Any], row_id: Any) -> Response | int:
    """The same of who asks for its history: that stands on the page of the deleted row, wherever the row went."""
    if restoring.deletion_of(db.session, register, as_id(row_id)) is None:
        return 404
    return redirect(url_for(".deleted_view", id=row_id), code=303)  # type: ignore[return-value]


def page(view: Any) -> ResponseReturnValue:
    """The deleted rows of a register, or one of them with its history."""
    if "id" in request.args:
        return _one(view, _deletion(view, request.args["id"]))
    found = list(db.session.scalars(_before(restoring.deletions(view.register), view.register).limit(PAGE + 1)))
    return render_template(
        "register/deleted_list.html",
        title=_("Slettede: %(name)s", name=tr(view.register.__register__.name)),
        breadcrumbs=view._trail(_("Slettede")),
        days=restoring.DAYS,
        rows=[
            {
                "url": url_for(".deleted_view", id=change.row_id),
                "cells": [formatters.moment(change.at), history.who(change)],
                "name": change.row_name,
            }
            for change in found[:PAGE]
        ],
        more_url=url_for(".deleted_view", before=found[PAGE - 1].id) if len(found) > PAGE else None,
        back_url=url_for(".index_view"),
    )


def _before(statement: Any, register: type[Any]) -> Any:
    given = request.args.get("before")
    if not given:
        return statement
    try:
        return statement.where(change_class(register).id < as_id(given))
    except ValueError:
        abort(404)


def _deletion(view: Any, given: str | None) -> Any:
    try:
        return restoring.deletion_of(db.session, view.register, as_id(given or "")) or abort(404)
    except ValueError:
        abort(404)


def _one(view: Any, change: Any, status: int = 200) -> ResponseReturnValue:
    """The page of a deleted row."""
    made = render_template(
        "register/deleted.html",
        title=change.row_name or "–",
        breadcrumbs=view._trail(change.row_name or "–"),
        told=_told(change),
        went=_went(view.register, change),
        until=until(change),
        is_late=not restoring.may_come_back(change),
        restore=_restore_form(view, change),
        back_url=url_for(".deleted_view"),
        **history.context(view.register, change.row_id, request.args.get("before"), ".deleted_view"),
    )
    return made, status


def until(change: Any) -> str:
    """The last day a deleted row may be brought back."""
    return formatters.day(day_of(change.at + timedelta(days=restoring.DAYS)))


def _told(change: Any) -> str:
    when, who = formatters.moment(change.at), history.who(change)
    if change.merged_into is not None:
        return _("Slått sammen med en annen rad %(when)s av %(who)s.", when=when, who=who)
    return _("Slettet %(when)s av %(who)s.", when=when, who=who)


def _went(register: type[Any], change: Any) -> dict[str, str] | None:
    """The row that a merged one went into, if it is there."""
    row = restoring.where_it_went(db.session, register, change)
    if not isinstance(row, register):
        return None
    return {"name": title_of(row, language()) or "–", "url": url_for(".details_view", id=row.id)}


def may_restore(register: type[Any], change: Any) -> bool:
    """Whoever may delete such a row may bring it back, where it was, for as long as it takes to notice."""
    return may_do(g.actor, "delete", restoring.probe(register, change))


def _restore_form(view: Any, change: Any) -> dict[str, Any] | None:
    if not (restoring.may_come_back(change) and may_restore(view.register, change)):
        return None
    return {"url": url_for(".restore_view"), "form": [("id", change.row_id)]}


def restore(view: Any) -> ResponseReturnValue:
    """Bring a deleted row back with fields, parts and links, under the number it had."""
    given = request.form.get("id", "")
    if given.isdecimal() and view._find(given) is not None:
        flash(_("Den er hentet tilbake allerede."), "info")
        return redirect(url_for(".details_view", id=given), code=303)
    change = _deletion(view, given)
    if not may_restore(view.register, change):
        abort(403)
    if not restoring.may_come_back(change):
        flash(
            _(
                "Det er mer enn %(days)s dager siden den ble slettet. Da står bare historikken igjen.",
                days=restoring.DAYS,
            ),
            "error",
        )
        return _one(view, change, 409)
    try:
        row, lost = restoring.bring_back(db.session, view.register, change)
        db.session.commit()
    except Problem as problem:
        return _kept_out(view, given, explain(problem))
    except IntegrityError:
        taken = _("Noe i den er registrert på nytt etterpå, for eksempel samme nummer. Endre det nye, og prøv igjen.")
        return _kept_out(view, given, taken)
    flash(_("«%(name)s» er hentet tilbake.", name=title_of(row, language())), "success")
    if lost:
        flash(_("Dette finnes ikke lenger, og er ikke koblet til nå: %(names)s.", names=", ".join(lost)), "warning")
    return redirect(url_for(".details_view", id=row.id), code=303)


def _kept_out(view: Any, given: str, message: str) -> ResponseReturnValue:
    db.session.rollback()
    flash(message, "error")
    return _one(view, _deletion(view, given), 409)


def lost_while_writing(view: Any) -> ResponseReturnValue:
    """The row was deleted while somebody wrote in its form: who did it and when, and all that was typed."""
    choose_language(request.form.get("switch_language", ""))
    change = _deletion(view, request.values.get("id"))
    form, blank = view._create_form_class(request.form), restoring.probe(view.register, change)
    editing.close_fields(view.register, form, blank)
    posted = [(key, value) for key, value in saving.typed() if not key.endswith("-row_id")]
    made = render_template(
        "register/lost.html",
        title=_("Slettet mens du skrev"),
        breadcrumbs=view._trail(change.row_name or "–", _("Endre")),
        record_name=change.row_name,
        told=_told(change),
        went=_went(view.register, change),
        typed=[(pair["label"], pair["yours"]) for pair in saving.both(form, blank) if pair["yours"]],
        save_url=url_for(".create_view") if may_create(view.register) else None,
        form=[("made_by", saving.new_form()), *posted],
        language_form="typed",
        language_url=url_for(".edit_view", id=change.row_id),
        restore=_restore_form(view, change),
        back_url=url_for(".index_view"),
    )
    return made, 409
