"""The form of a row from opening to saving: everything that is posted is saved, or nothing is and all of it stands."""

from __future__ import annotations

from typing import Any, cast

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from models.changes.audit import note_made_by
from models.database import db
from models.declare.approval import Step
from models.declare.base import fields_of
from models.declare.titles import title_of
from models.declare.words import Problem
from models.queries import quality
from models.queries.standing import Standing, standing
from models.tenancy import scope
from models.tenancy.roles import can, may_read_field, writes_fields
from models.tenancy.session import TenantSession
from views import reasons
from views.register import approving, asking, copying, guided, lacking, making, related, returning, saving
from views.register.details import told_by_section
from views.register.options import gather
from views.register.sections import sections
from views.register.typed import Typed
from views.texts import choose_language, explain, language, tr
from views.texts import gettext as _

Errors = list[dict[str, str]]


def edit(view: Any, row: Any, *, is_new: bool) -> ResponseReturnValue:
    """The form of a row, or what comes of it when it is posted."""
    posted = request.method == "POST" and not making.is_opening()
    switched = posted and choose_language(request.form.get("switch_language", ""))
    if posted:
        guided.choose()
    form, stands = form_of(view, row, is_new=is_new)
    if switched and not is_new and saving.COMPARED in request.form:
        return saving.conflict_page(view, form, row)
    if posted and not switched and (elsewhere := making.asked(view.register, form)):
        return elsewhere
    if not posted or switched or making.MAKE in request.form or form.is_unfinished(request.form):
        return _page(view, form, stands, is_new=is_new)
    is_ready = form.validate()
    if is_new and guided.is_on_the_way() and not (is_ready and guided.saves_underway(view.register)):
        form, stands = form_of(view, row, is_new=True)  # nothing is wrong with what is not finished
        return _page(view, form, stands, is_new=True)
    if not is_ready:
        return _page(view, form, stands, is_new=is_new, status=422)
    if not is_new and form.version.data != str(row.version):
        return saving.conflict_page(view, form, row)
    return _save(view, form, stands, is_new=is_new)


def form_of(view: Any, row: Any, *, is_new: bool) -> tuple[Any, Standing]:
    """The form of a row, filled with what was posted or else with how the row stands; and how it stands."""
    posted, stands = request.method == "POST" and not making.is_opening(), standing(db.session, row)
    copied = copying.source(view) if is_new else None
    only = frozenset() if is_new else lacking.keys(stands)
    stood = lacking.begins_with(stands, only) if only and not posted else stands
    begins_with = copying.begins_with(copied, row) if copied else None if is_new else stood
    form: Any = view._create_form_class(request.form if posted else None, obj=begins_with)
    form.copied = copied
    if not posted:
        form.version.data, form.opened_in.data = str(row.version or 0), str(g.active or "")
        form.made_by.data = saving.opened_form() if is_new else ""
    close_fields(view.register, form, row)
    form.is_partial = not (is_new or can(g.actor, "delete", row))
    if only:
        lacking.narrow(form, stood, only)
        lacking.answer_no(form, stands)
    if is_new:
        related.open_new(form, row)
        making.name_it(view.register, form)
    if copied or stood is not stands:
        copying.look_ahead(form)
    return form, stands


def close_fields(register: type[Any], form: Any, row: Any) -> None:
    """Leave out of a form what may not be read, and lock what may not be written."""
    may_write = writes_fields(g.actor, row)
    for known in fields_of(register):
        if known.in_form and not may_read_field(known, row):
            del form[known.key]
        elif known.in_form and not may_write(known):
            form.lock(known.key)


def _save(view: Any, form: Any, stands: Standing, *, is_new: bool) -> ResponseReturnValue:
    """Save everything or nothing; what was typed survives every failure."""
    row, then = stands.row, returning.wanted(is_new=is_new)
    if then == returning.SEND and not approving.may_step(row):
        abort(403)
    try:
        with db.session.no_autoflush:
            before = quality.gaps_when_approved(stands)
            following = returning.following(view.register, row.id) if then == returning.NEXT else None
            if is_new:
                db.session.add(row)
            if is_new and (name := saving.made_by(form)):
                note_made_by(cast(TenantSession, db.session()), row, name)
            form.populate_obj(row)
            if saving.refuse_unready(form, stands, before, sends=then == returning.SEND):
                return _failed(view, form, is_new, list(form.all_errors()), 422)
            if then == returning.SEND:
                approving.send(row)
            is_named = saving.is_named(form, row)
        with scope.saying(reasons.given()):
            db.session.flush()
        # Said before the commit: after it nothing is read any more, and so nothing can fail what is saved.
        told = _("Lagret så langt.") if guided.is_on_the_way() else saving.success(stands)
        told = f"{told} {approving.done(row, Step.SEND)}" if then == returning.SEND else told
        row_id = row.id
        warning = saving.namesake_warning(row) if is_named else None
        name = title_of(row, language())
        db.session.commit()
    except Problem as problem:
        return _failed(view, form, is_new, saving.general(explain(problem)), 422)
    except IntegrityError as error:
        return _refused_by_database(view, form, is_new, error)
    except StaleDataError:
        db.session.rollback()
        return saving.conflict_page(view, form, view.get_one(request.values.get("id")))
    except OperationalError:
        message = _("Databasen svarte ikke, så ingenting er lagret. Det du skrev, står her. Vent litt og lagre igjen.")
        return _failed(view, form, is_new, saving.general(message), 503)
    if warning:
        flash(warning, "warning")
    if is_new and (back := making.back_with(row_id, name)):
        return back
    flash(told, "success")
    return redirect(returning.after(row_id, then, following), code=303)


def _refused_by_database(view: Any, form: Any, is_new: bool, error: IntegrityError) -> ResponseReturnValue:
    db.session.rollback()
    again = saving.sent_again(view, form) if is_new else None
    if again is None:
        return _failed(view, form, is_new, saving.broken_constraint(view.register, form, error), 422)
    if isinstance(again, list):
        return _failed(view, form, is_new, again, 409)
    if back := making.back_with(again.id, title_of(again, language())):
        return back
    flash(_("Dette er lagret fra før."), "info")
    return redirect(url_for(".details_view", id=again.id), code=303)


def _failed(view: Any, form: Any, is_new: bool, errors: Errors, status: int) -> ResponseReturnValue:
    row_id = None if is_new else request.values.get("id")
    db.session.rollback()
    again = standing(db.session, view.register() if row_id is None else view.get_one(row_id))
    return _page(view, form, again, is_new=is_new, status=status, errors=errors)


def _page(
    view: Any, form: Any, stands: Standing, *, is_new: bool, status: int = 200, errors: Errors | None = None
) -> ResponseReturnValue:
    about, back = view.register.__register__, returning.way_back()
    told = errors if errors is not None else list(form.all_errors())
    gather(form.pointing)
    making.offer(form)
    doing = _("Legg til %(one)s", one=tr(about.one)) if is_new else _("Endre %(one)s", one=tr(about.one))
    name = doing if is_new else title_of(stands.row, language())
    own = {} if is_new else {"id": stands.id}
    found = sections(view.register, form, tr(about.name), Typed(form, stands))
    page = render_template(
        "register/form.html",
        title=name,
        eyebrow="" if is_new else doing,
        breadcrumbs=view._trail(*([doing] if is_new else [name, _("Endre")]), row=None if is_new else stands),
        form=form,
        sections=found,
        may_guide=guided.may_guide(found),
        guide=guided.guide(found, is_new=is_new, refused=bool(told)),
        depends=any(known.applies for known in fields_of(view.register)),
        texts=asking.told_to_script(view.register, stands, url_for(".ask_view", **own)),
        language_form="record-form",
        action_url=url_for(".create_view" if is_new else ".edit_view", **own),
        cancel_url=back or (url_for(".index_view") if is_new else url_for(".details_view", **own)),
        back=back,
        from_list=not is_new and returning.is_from_list(),
        is_new=is_new,
        asks_why=about.asks_why and not is_new,
        submit_label=_("Lagre og velg") if making.outer() else _("Lagre"),
        errors=told,
        lacking=lacking.context(form, stands),
        may_send=not is_new and approving.may_send(stands.row),
        intro=copying.told(form.copied) if form.copied else making.told(tr(about.intro)) if is_new else "",
        within=making.sealed(),
        leave_url=making.leave_url(),
        stage=None if is_new else approving.stage(stands),
        rest=_rest(view.register, form, stands),
    )
    return page, status


def _rest(register: type[Any], form: Any, stands: Standing) -> list[dict[str, Any]]:
    """What is read beside a form in which only some fields may be changed; nothing where all may."""
    if not form.is_partial:
        return []
    named = standing(db.session, stands.row, named_in=language())
    written = {known.key for known in fields_of(register) if known.key in form and not form[known.key].flags.readonly}
    return told_by_section(named, written, editable=False)
