"""How Flask-Admin is tamed: one view that serves every register from its declaration.

Flask-Admin routes, scaffolds and registers; what leaked, broke under a strict CSP or was slow is replaced
here once. The numbers T… in comments are traps known from measuring it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

from flask import Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla.view import ModelView
from sqlalchemy import case, select

from exchange.out.book import takes_rows
from models.changes.beginning import begun
from models.database import db
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Kind
from models.declare.folding import fold
from models.declare.numbers import as_id
from models.declare.titles import title, title_of
from models.queries import proposed
from models.tenancy.roles import can
from reports.kinds import EXCEL
from views.access import may_create, needs
from views.addresses import address_of
from views.register import (
    asking,
    bulk,
    bulkform,
    deleting,
    details,
    editing,
    history,
    listpage,
    making,
    merging,
    offers,
    panels,
    quick,
    resuming,
    returning,
    saved,
    viewspanel,
)
from views.register.forms import build
from views.register.listing import Listing
from views.register.namesakes import told_apart
from views.register.sending import FORM, TEXT, send_list
from views.texts import gettext as _
from views.texts import language, tr

LOOKUP_LIMIT, MOST_LATELY = 50, 5


def may(action: str) -> Callable[[RegisterView], bool]:
    """The rule that somebody may do this in the register of the view."""
    return lambda view: can(g.actor, action, view.register, g.active)


def _ids(text: str) -> list[int]:
    """The ids in a short list of them; what is none is passed by."""
    found = []
    for one in text.split(",")[:MOST_LATELY]:
        with suppress(ValueError):
            found.append(as_id(one))
    return found


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

    def get_edit_form(self) -> Any:
        return self._create_form_class

    @cached_property
    def bulk_form_class(self) -> Any:
        return bulkform.build(self.register, self.endpoint)

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
    def index_view(self) -> ResponseReturnValue:
        if (view := request.args.get("view", saved.EVERYTHING)) != saved.EVERYTHING:
            return viewspanel.opened(self.register, view)
        listing = Listing.from_request(self.register)
        if not request.args and (first := saved.first_of(self.register, listing.views)) is not None:
            return redirect(first.address)
        onward, in_the_way = panels.asked_in_panel(listing)
        if onward is not None:
            return redirect(onward)
        page = listpage.context(listing)
        page["refused"] += filter(None, [in_the_way])
        return render_template("register/list.html", title=tr(self.register.__register__.name), **page)

    @expose("/arrange/", methods=("POST",))
    @needs(may("read"))
    def arrange_view(self) -> ResponseReturnValue:
        """How the person wants the list: remembered, and the list again with it."""
        return listpage.arrange(self.register)

    @expose("/details/")
    @needs(may("read"))
    def details_view(self) -> str:
        row, back = self.get_one(request.args.get("id")), returning.way_back()
        return render_template(
            "register/details.html",
            title=title_of(row, language()),
            breadcrumbs=self._trail(title_of(row, language())),
            **offers.ways(row, back),
            back_url=back or url_for(".index_view"),
            **details.context(row),
        )

    @expose("/menu/")
    @needs(may("read"))
    def menu_view(self) -> str:
        """What may be done with one row of the list, without opening it."""
        self._refuse_where_nothing_changes()
        row, back = self.get_one(request.args.get("id")), returning.way_back()
        return render_template(
            "register/menu.html",
            title=title_of(row, language()),
            breadcrumbs=self._trail(title_of(row, language()), _("Mer"), row=row),
            open_url=url_for(".details_view", id=row.id, back=back),
            back_url=back or url_for(".index_view"),
            **offers.ways(row, back, stays_at=back or url_for(".index_view")),
        )

    @expose("/history/")
    @needs(may("read"))
    def history_view(self) -> str:
        self._refuse_where_nothing_changes()
        wanted = request.args.get("id")
        row = self._find(wanted) or abort(deleting.way_to_history(self.register, wanted))
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
        resuming.come_back()
        making.come_back()
        if not may_create(self.register):
            flash(_("Velg en kommune øverst først, så vet Orden hvem raden hører til."), "info")
            return redirect(url_for(".index_view"))
        return editing.edit(self, self._begun(), is_new=True)

    def _begun(self) -> Any:
        """A new row, with what follows from where and by whom it is made."""
        return begun(self.register, g.actor)

    @expose("/ask/", methods=("POST",))
    @needs(may("read"))
    def ask_view(self) -> Response:
        """What a form that is being written is to show, and what is wrong with the field that was left."""
        is_new = "id" not in request.args
        if is_new and not may_create(self.register):
            abort(403)
        row = self._begun() if is_new else self.get_one(request.args["id"])
        if not is_new and not can(g.actor, "edit", row):
            abort(403)
        form, stands = editing.form_of(self, row, is_new=is_new)
        return jsonify(asking.answer(self, form, stands))

    @expose("/edit/", methods=("GET", "POST"))
    @needs(may("read"))
    def edit_view(self) -> ResponseReturnValue:
        resuming.come_back()
        making.come_back()
        row = self._find(request.values.get("id"))
        if row is None and request.method == "POST":
            return deleting.lost_while_writing(self)
        row = row or self.get_one(request.values.get("id"))
        if not can(g.actor, "edit", row):
            abort(403)
        return editing.edit(self, row, is_new=False)

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

    @expose("/bulk/", methods=("GET", "POST"))
    @needs(bulk.may)
    def bulk_view(self) -> ResponseReturnValue:
        """Many rows at once: what is to become of them, how it would be, and the doing."""
        return bulk.answer(self)

    @expose("/quick/", methods=("GET", "POST"))
    @needs(quick.may)
    def quick_view(self) -> ResponseReturnValue:
        """One field of a row, where it stands in the list."""
        return quick.answer(self)

    @expose("/merge/", methods=("GET", "POST"))
    @needs(merging.may)
    def merge_view(self) -> ResponseReturnValue:
        """Two rows that are the same thing, made one."""
        return merging.answer(self)

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
        """Suggestions for a reference of this register: scoped and capped (T3). Of nothing typed the first, and before
        them what the person has used lately."""
        try:
            known = field_of(self.register, request.args.get("name", ""))
        except KeyError:
            known = next((f for f in self._part_fields() if f.key == request.args.get("name")), None) or abort(404)
        if known.kind not in {Kind.REFERENCE, Kind.REFERENCES}:
            abort(404)
        typed = fold(request.args.get("query", "")[:100].replace("\0", "").strip())
        target: Any = self.register if known.target == "self" else known.target
        label = title(target, target.__tablename__, target.__register__.title, language())
        found = select(target.id, label).where(
            target.search_text.contains(typed, autoescape=True), *proposed.offered(target)
        )
        lately = [] if typed else _ids(request.args.get("lately", ""))
        first = [case((target.id.in_(lately), 0), else_=1)] if lately else []
        rows = db.session.execute(found.order_by(*first, target.sort_key, target.id).limit(LOOKUP_LIMIT))
        return jsonify([[row_id, name] for row_id, name, _ in told_apart(target, [(*row, None) for row in rows])])

    def _part_fields(self) -> list[Any]:
        return [
            inner
            for known in fields_of(self.register)
            if known.kind is Kind.ROWS
            for inner in fields_of(part_class(known))
        ]

    @expose("/export/<export_type>/")
    @needs(lambda view: listpage.may_export(view.register))
    def export(self, export_type: str) -> ResponseReturnValue:
        """The list as it is filtered, whole, in Excel or as CSV; or its form without rows."""
        if export_type not in {EXCEL, TEXT, FORM} or (export_type == FORM and not takes_rows(self.register)):
            abort(404)
        return send_list(Listing.from_request(self.register), export_type)

    @expose("/action/", methods=("POST",))
    @needs(may("read"))
    def action_view(self) -> ResponseReturnValue:
        """No bulk actions of Flask-Admin's own (T7, T20): see `bulk_view`."""
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
