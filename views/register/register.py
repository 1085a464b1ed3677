"""How Flask-Admin is tamed: one view that serves every register from its declaration.

Flask-Admin routes, scaffolds and registers; what leaked, broke under a strict CSP or was slow is replaced
here once. The numbers T… in comments are traps known from measuring it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla.view import ModelView
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from models.changes.audit import note_made_by
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.choices import CatalogueStatus
from models.declare.domains import Domain
from models.declare.fields import Kind, is_owned
from models.declare.folding import fold
from models.declare.titles import title, title_of
from models.declare.words import Problem
from models.queries import quality
from models.queries.finding import as_id
from models.queries.standing import Standing, standing
from models.registers.billing import Price
from models.tenancy import scope
from models.tenancy.roles import can, may_read_field, may_report, may_write_field
from models.tenancy.session import TenantSession
from views.access import needs
from views.addresses import address_of
from views.register import deleting, details, history, saving
from views.register.forms import build, sections
from views.register.listing import Listing
from views.register.namesakes import told_apart
from views.register.offers import actions_for
from views.register.options import gather
from views.register.sending import SHOWN, send_list
from views.texts import choose_language, explain, language, tr
from views.texts import gettext as _

LOOKUP_LIMIT = 50


def may(action: str) -> Callable[[RegisterView], bool]:
    """The rule that somebody may do this in the register of the view."""
    return lambda view: can(g.actor, action, view.register, g.active)


class RegisterView(ModelView):
    """List, form, details, deletion, history, look-up and export of one register."""

    can_view_details = True
    column_display_pk = False
    named_filter_urls = True

    def __init__(self, register: type[Any]) -> None:
        self.register = register
        name = register.__tablename__
        super().__init__(
            register, db, name=register.__register__.name, endpoint=name, url=f"/{name.replace('_', '-')}/"
        )

    # What Flask-Admin would find out by itself comes from the declaration.
    def scaffold_form(self) -> Any:
        return build(self.register, self.endpoint)

    def get_list_columns(self) -> list[tuple[Any, str]]:
        return [(known.key, known.label) for known in fields_of(self.register) if known.listed]

    def get_details_columns(self) -> list[tuple[Any, str]]:
        return [(known.key, known.label) for known in fields_of(self.register)]

    get_export_columns = get_details_columns

    def scaffold_sortable_columns(self) -> dict[Any, Any]:
        return {known.key: known.key for known in fields_of(self.register) if known.listed and known.kind is Kind.VALUE}

    def init_search(self) -> bool:
        return any(known.searched for known in fields_of(self.register))

    def get_filters(self) -> None:
        """Filters are read by `views/register/listing.py`."""

    def is_accessible(self) -> bool:
        return getattr(g, "actor", None) is not None and can(g.actor, "read", self.register, g.active)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        return fn(self, *args, **kwargs)  # T18: without the retry that hides real TypeErrors

    def get_query(self) -> Any:
        return select(self.register)

    def get_one(self, id: Any) -> Any:
        """The row, or 404 for an id that is malformed, unknown or outside the scope (T2, T17, T37)."""
        return self._find(id) or abort(deleting.way_to(self.register, id))

    def _find(self, id: Any) -> Any:
        try:
            wanted = as_id(id)
        except ValueError:
            abort(404)
        found = self.get_query().where(self.register.id == wanted)
        return db.session.scalars(found).one_or_none()

    @expose("/")
    @needs(may("read"))
    def index_view(self) -> str:
        listing = Listing.from_request(self.register)
        about = self.register.__register__
        return render_template(
            "register/list.html",
            title=tr(about.name),
            description=tr(about.intro),
            breadcrumbs=self._trail(),
            search={
                "value": listing.query.search,
                "action": listing.base,
                "placeholder": _("Søk i %(name)s", name=tr(about.name).lower()),
                "hidden": [(key, value) for key, value in listing.parameters() if key in {"sort", "desc"}],
            },
            filters=listing.filter_boxes(),
            active_filters=listing.active_filters(),
            can_create=self._may_create(),
            create_url=f"{address_of(f'{self.endpoint}.create_view')}?form={saving.new_form()}",
            export_url=self._export_url(listing, columns=SHOWN),
            whole_url=self._export_url(listing),
            columns=listing.columns(),
            body=listing.body(),
            pages=listing.pages(),
            deleted_url=None if self.register.__written_once__ else address_of(f"{self.endpoint}.deleted_view"),
            is_empty=not listing.found[0],
            is_filtered=listing.is_filtered,
            empty=self._empty(listing),
            **listing.texts(),
        )

    def _export_url(self, listing: Listing, **more: Any) -> str | None:
        if not self._may_export():
            return None
        return url_for(".export", export_type="xlsx", **dict(listing.parameters()), **more)

    def _empty(self, listing: Listing) -> dict[str, str]:
        if listing.is_filtered:
            return {"title": _("Ingen treff"), "text": _("Prøv et kortere ord, eller fjern filtrene.")}
        return {"title": _("Her er det tomt ennå"), "text": tr(self.register.__register__.intro)}

    def _may_create(self) -> bool:
        if not can(g.actor, "create", self.register, g.active):
            return False
        return not is_owned(self.register) or scope.current().active is not None

    def _may_export(self) -> bool:
        money = self.register.__domain__ is Domain.MONEY or self.register is Price
        return may_report(g.actor, g.active) or (money and may_report(g.actor, g.active, billing=True))

    @expose("/details/")
    @needs(may("read"))
    def details_view(self) -> str:
        row = self.get_one(request.args.get("id"))
        return render_template(
            "register/details.html",
            title=title_of(row, language()),
            breadcrumbs=self._trail(title_of(row, language())),
            edit_url=url_for(".edit_view", id=row.id) if can(g.actor, "edit", row) else None,
            delete_url=url_for(".delete_view", id=row.id) if can(g.actor, "delete", row) else None,
            history_url=None if self.register.__written_once__ else url_for(".history_view", id=row.id),
            back_url=url_for(".index_view"),
            actions=actions_for(row),
            **details.context(row),
        )

    @expose("/history/")
    @needs(may("read"))
    def history_view(self) -> str:
        self._refuse_where_nothing_changes()
        row = self.get_one(request.args.get("id"))
        name = title_of(row, language())
        return render_template(
            "register/history.html",
            title=_("Historikk for %(name)s", name=name),
            breadcrumbs=self._trail(name, _("Historikk"), row=row),
            back_url=url_for(".details_view", id=row.id),
            **history.context(self.register, row.id, request.args.get("before"), ".history_view"),
        )

    @expose("/new/", methods=("GET", "POST"))
    @needs(may("create"))
    def create_view(self) -> ResponseReturnValue:
        if not self._may_create():
            flash(_("Velg en kommune øverst først, så vet Orden hvem raden hører til."), "info")
            return redirect(url_for(".index_view"))
        row = self.register()
        if is_owned(self.register):
            row.municipality_id = scope.current().active
        if self.register.__register__.proposable and not can(g.actor, "delete", self.register, g.active):
            row.status, row.proposed_by = CatalogueStatus.PROPOSED, g.actor.user_id
        return self._edit(row, is_new=True)

    @expose("/edit/", methods=("GET", "POST"))
    @needs(may("read"))
    def edit_view(self) -> ResponseReturnValue:
        row = self._find(request.values.get("id"))
        if row is None and request.method == "POST":
            return deleting.lost_while_writing(self)
        row = row or self.get_one(request.values.get("id"))
        if not can(g.actor, "edit", row):
            abort(403)
        return self._edit(row, is_new=False)

    def _edit(self, row: Any, *, is_new: bool) -> ResponseReturnValue:
        posted = request.method == "POST"
        switched = posted and choose_language(request.form.get("switch_language", ""))
        stands = standing(db.session, row)
        form: Any = self._create_form_class(request.form if posted else None, obj=None if is_new else stands)
        if not posted:
            form.version.data, form.opened_in.data = str(row.version or 0), str(g.active or "")
            form.made_by.data = saving.opened_form() if is_new else ""
        self.close_fields(form, row)
        for known in fields_of(self.register) if is_new else ():
            locked = known.key in form and form[known.key].flags.readonly
            if locked and known.kind is Kind.VALUE and (given := getattr(row, known.key)):
                form[known.key].data = given
        if switched and not is_new and saving.COMPARED in request.form:
            return saving.conflict_page(self, form, row)
        if not posted or switched or form.wants_more_rows(request.form):
            return self._form_page(form, stands, is_new=is_new)
        if not form.validate():
            return self._form_page(form, stands, is_new=is_new, status=422)
        if not is_new and form.version.data != str(row.version):
            return saving.conflict_page(self, form, row)
        return self._save(form, stands, is_new=is_new)

    def close_fields(self, form: Any, row: Any) -> None:
        """Leave out of a form what may not be read, and lock what may not be written."""
        for known in fields_of(self.register):
            if known.in_form and not may_read_field(known, row):
                del form[known.key]
            elif known.in_form and not may_write_field(g.actor, known, row):
                form.lock(known.key)

    def _save(self, form: Any, stands: Standing, *, is_new: bool) -> ResponseReturnValue:
        """Save everything or nothing; what was typed survives every failure."""
        row = stands.row
        try:
            with db.session.no_autoflush:
                before = quality.gaps_when_approved(stands)
                if is_new:
                    db.session.add(row)
                if is_new and (name := saving.made_by(form)):
                    note_made_by(cast(TenantSession, db.session()), row, name)
                form.populate_obj(row)
                if saving.refuse_unready(form, stands, before):
                    return self._failed(form, is_new, list(form.all_errors()), 422)
                is_named = saving.is_named(form, row)
            db.session.flush()
            # Said before the commit: after it nothing is read any more, and so nothing can fail what is saved.
            told, address = saving.success(stands), url_for(".details_view", id=row.id)
            warning = saving.namesake_warning(row) if is_named else None
            db.session.commit()
        except Problem as problem:
            return self._failed(form, is_new, saving.general(explain(problem)), 422)
        except IntegrityError as error:
            db.session.rollback()
            if is_new and (answer := saving.sent_again(self, form)):
                return answer
            return self._failed(form, is_new, saving.broken_constraint(self.register, form, error), 422)
        except StaleDataError:
            db.session.rollback()
            return saving.conflict_page(self, form, self.get_one(request.values.get("id")))
        except OperationalError:
            message = _(
                "Databasen svarte ikke, så ingenting er lagret. Det du skrev, står her. Vent litt og lagre igjen."
            )
            return self._failed(form, is_new, saving.general(message), 503)
        flash(told, "success")
        if warning:
            flash(warning, "warning")
        return redirect(address, code=303)

    def _failed(self, form: Any, is_new: bool, errors: list[dict[str, str]], status: int) -> ResponseReturnValue:
        row_id = None if is_new else request.values.get("id")
        db.session.rollback()
        again = standing(db.session, self.register() if row_id is None else self.get_one(row_id))
        return self._form_page(form, again, is_new=is_new, status=status, errors=errors)

    def _form_page(
        self, form: Any, row: Standing, *, is_new: bool, status: int = 200, errors: list[dict[str, str]] | None = None
    ) -> ResponseReturnValue:
        about = self.register.__register__
        gather(form.pointing)
        name = None if is_new else title_of(row.row, language())
        title = _("Legg til %(one)s", one=tr(about.one)) if is_new else _("Endre %(one)s", one=tr(about.one))
        page = render_template(
            "register/form.html",
            title=title,
            breadcrumbs=self._trail(*([title] if name is None else [name, _("Endre")]), row=None if is_new else row),
            form=form,
            sections=sections(self.register, form, tr(about.name), row),
            language_form="record-form",
            action_url=url_for(".create_view") if is_new else url_for(".edit_view", id=row.id),
            cancel_url=url_for(".index_view") if is_new else url_for(".details_view", id=row.id),
            submit_label=_("Lagre"),
            errors=errors if errors is not None else list(form.all_errors()),
            record_name=name,
            intro=tr(about.intro) if is_new else "",
        )
        return page, status

    @expose("/delete/", methods=("GET", "POST"))
    @needs(may("read"))
    def delete_view(self) -> ResponseReturnValue:
        """GET asks, POST deletes (T11): safe without JavaScript."""
        row = self.get_one(request.values.get("id"))
        if not can(g.actor, "delete", row):
            abort(403)
        return deleting.question(self, row)

    def _refuse_where_nothing_changes(self) -> None:
        """What is written once is its own history, and none of it is ever deleted."""
        if self.register.__written_once__:
            abort(404)

    @expose("/deleted/")
    @needs(may("read"))
    def deleted_view(self) -> ResponseReturnValue:
        self._refuse_where_nothing_changes()
        return deleting.page(self)

    @expose("/restore/", methods=("POST",))
    @needs(may("read"))
    def restore_view(self) -> ResponseReturnValue:
        self._refuse_where_nothing_changes()
        return deleting.restore(self)

    @expose("/ajax/lookup/")
    @needs(may("read"))
    def ajax_lookup(self) -> Response:
        """Suggestions for a reference of this register: scoped and capped (T3). Of nothing typed, the first."""
        try:
            known = field_of(self.register, request.args.get("name", ""))
        except KeyError:
            known = next((f for f in self._part_fields() if f.key == request.args.get("name")), None) or abort(404)
        if known.kind not in {Kind.REFERENCE, Kind.REFERENCES}:
            abort(404)
        typed = fold(request.args.get("query", "")[:100].replace("\0", "").strip())
        target: Any = self.register if known.target == "self" else known.target
        label = title(target, target.__tablename__, target.__register__.title, language())
        found = select(target.id, label).where(target.search_text.contains(typed, autoescape=True))
        rows = db.session.execute(found.order_by(target.sort_key, target.id).limit(LOOKUP_LIMIT))
        return jsonify([[row_id, name] for row_id, name, _ in told_apart(target, [(*row, None) for row in rows])])

    def _part_fields(self) -> list[Any]:
        return [
            inner
            for known in fields_of(self.register)
            if known.kind is Kind.ROWS
            for inner in fields_of(part_class(known))
        ]

    @expose("/export/<export_type>/")
    @needs(_may_export)
    def export(self, export_type: str) -> ResponseReturnValue:
        """The list as it is filtered, whole, in Excel."""
        if export_type != "xlsx":
            abort(404)
        return send_list(Listing.from_request(self.register))

    @expose("/action/", methods=("POST",))
    @needs(may("read"))
    def action_view(self) -> ResponseReturnValue:
        """No bulk actions (T7, T20)."""
        abort(404)

    @expose("/ajax/update/", methods=("POST",))
    @needs(may("read"))
    def ajax_update(self) -> ResponseReturnValue:
        """No edits past the form (T5)."""
        abort(404)

    def _trail(self, *names: str, row: Any = None) -> list[dict[str, Any]]:
        """Where we are: start, the list, the row, the page."""
        trail: list[dict[str, Any]] = [
            {"label": _("Start"), "url": "/"},
            {"label": tr(self.register.__register__.name), "url": address_of(f"{self.endpoint}.index_view")},
        ]
        trail += [
            {"label": name, "url": url_for(".details_view", id=row.id) if row is not None else None} for name in names
        ]
        trail[-1] = {**trail[-1], "url": None}
        return trail
