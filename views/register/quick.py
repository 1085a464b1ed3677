"""One field of a row changed where it stands in a list: asked for by the input of the form, tried as one of many rows
is, told as any other change. It answers scripts; without them the row has its form."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from flask import abort, current_app, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from exchange.rows.trial import keeps_approved
from models.changes.bulk import Bulk, Change, Refusal
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import says_nothing
from models.declare.fields import Field, Kind, Personal, is_owned
from models.declare.memories import remembers
from models.declare.shapes import Shape
from models.declare.titles import title_of
from models.declare.words import Problem
from models.queries.standing import standing
from models.tenancy import scope
from models.tenancy.roles import can, may_read_field, may_write_field, writable_in
from views import formatters
from views.addresses import address_of
from views.register import bulk, bulkpage, returning, saving
from views.register.formfields import PointingField
from views.register.inferred import beside
from views.register.listing import Listing
from views.register.options import Far, gather, picker_texts
from views.texts import explain, language, tr
from views.texts import gettext as _

ROOMY = frozenset(
    {Shape.LONG_TEXT, Shape.LINKS, Shape.REFERENCES, Shape.ROWS, Shape.REASONS}
)  # need more room than a cell has
VERSION, FIELD = "version", "field"


@remembers()
def short(register: Any) -> tuple[Field, ...]:
    """The fields of a register that a cell has room for. What names a row is the way to it, and stays so."""
    return tuple(
        known
        for known in fields_of(register)
        if known.in_form
        and known.shape not in ROOMY
        and known.personal is not Personal.SECRET
        and known.key != register.__register__.title
    )


@remembers()
def _keys(register: Any) -> frozenset[str]:
    return frozenset(known.key for known in short(register))


class Cells:
    """Which cells of a list the person may change where they stand."""

    def __init__(self, register: type[Any]) -> None:
        self.register, self._like = register, g.actor.like
        self._open: dict[int | None, frozenset[str]] = {}

    def opens(self, place: int | None) -> bool:
        """Whether there is any in rows of an owner; of None where the list shows no owner."""
        return bool(self._open_in(place))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The fields that may be changed in rows of some owner; of each row it is asked once more."""
        return frozenset().union(*map(self._open_in, self._places))

    @cached_property
    def _places(self) -> list[int | None]:
        """One owner of each kind."""
        if not is_owned(self.register):
            return [g.active]
        return [*g.actor.kinds(scope.current().readable(self.register.__domain__)).values()]

    def _open_in(self, place: int | None) -> frozenset[str]:
        alike = place if place is None else self._like(place)
        if alike not in self._open:
            self._open[alike] = self._asked_of(place if place is not None else next(iter(self._places), None))
        return self._open[alike]

    def _asked_of(self, place: int | None) -> frozenset[str]:
        about = self.register.__register__
        if about.asks_why or not can(g.actor, "edit", self.register, place):
            return frozenset()
        return _keys(self.register) & writable_in(g.actor, self.register, place)


def may(view: Any) -> bool:
    """The rule at the door."""
    return can(g.actor, "read", view.register, g.active) and bool(Cells(view.register).keys)


def told_to_script(cells: Cells) -> dict[str, Any]:
    """Which columns are changed in the list, and what the script says of it in the reader's language."""
    texts = {
        "data-quick": address_of(f"{cells.register.__tablename__}.quick_view"),
        "data-open": _("Endre %(field)s for %(name)s", field="{field}", name="{name}"),
        "data-kept": _("Ingenting er endret."),
        "data-failed": _("Orden svarte ikke. Ingenting er lagret. Prøv igjen, eller last siden på nytt."),
    }
    return {"keys": cells.keys, "texts": texts}


def answer(view: Any) -> ResponseReturnValue:
    """The input of a field to write in, or what came of it; what cannot be at all is told by a page for errors."""
    row = view._find(request.values.get("id")) or abort(404, description="quick_row")
    known = next((one for one in short(view.register) if one.key == request.args.get(FIELD)), None)
    if known is None or not may_read_field(known, row):
        abort(400, description="quick_field")
    if view.register.__register__.asks_why or not can(g.actor, "edit", row) or not may_write_field(g.actor, known, row):
        abort(403)
    cell = Cell(view, row, known)
    return cell.save() if request.method == "POST" else cell.open()


class Cell:
    """A field of a row, with its input in the form of the row."""

    def __init__(self, view: Any, row: Any, known: Field) -> None:
        self.view, self.row, self.known, self.id = view, row, known, row.id
        self.label, self.name, self.version = tr(known.label), title_of(row, language()), str(row.version)
        self.stands = standing(db.session, row)
        self.form = view._create_form_class(None, obj=self.stands)
        self.input = self.form[known.key]

    def open(self) -> ResponseReturnValue:
        if not self.known.applies_to(self.stands) and says_nothing(getattr(self.stands, self.known.key)):
            abort(400, description="quick_asked")
        return self._drawn()

    def save(self) -> ResponseReturnValue:
        """Everything that stands in the way is told beside what was written, and then nothing is saved."""
        if self.known.key not in request.form and self.known.shape is not Shape.YES_NO:
            abort(400, description="quick_field")
        self._read()
        is_late, self.version = request.form.get(VERSION) != self.version, request.form.get(VERSION, "")
        if not self.input.validate(self.form):
            return self._drawn(422)
        if is_late:
            return self._conflict()
        try:
            return self._saved()
        except Problem as problem:
            errors = [explain(problem)]
        except IntegrityError as error:
            errors = [one["message"] for one in saving.broken_constraint(self.view.register, self.form, error)]
        except StaleDataError:
            return self._conflict()
        return self._refused(errors)

    def _read(self) -> None:
        """What was written in this field; the others stand as they do."""
        self.input.process(request.form, self.input.data)
        if isinstance(self.input, PointingField):
            self.input.ask(Far())
            self.input.settle()

    def _saved(self) -> ResponseReturnValue:
        """Tried as one of many rows is. Said before the commit: nothing can fail what is saved."""
        value, row = self.input.data, self.row
        if self.known.kind is Kind.REFERENCE and value is not None:
            value = self.input.far.row(self.input.target, value)
        tried = Bulk(db.session, g.actor, {}, keeps_approved(db.session, self.view.register, [row]))
        tried.change([row], [Change(self.known, value)])
        if refused := tried.refusals.get(row):
            return self._refused(self._why(refused))
        db.session.flush()
        told, line = _("Lagret. %(field)s for %(name)s: %(value)s", **self._said()), self._line()
        db.session.commit()
        return jsonify(row=line, told=told)

    def _said(self) -> dict[str, str]:
        value = formatters.text(self.known, getattr(self.row, self.known.key))
        return {"field": self.label, "name": self.name, "value": value or "–"}

    def _why(self, refused: list[Refusal]) -> list[str]:
        """Each reason, after the fields it is about where those are others than this."""
        return list(bulkpage.why([replace(one, fields=()) if one.fields == (self.known,) else one for one in refused]))

    def _refused(self, errors: list[str]) -> ResponseReturnValue:
        db.session.rollback()
        self.input.errors = errors
        return self._drawn(422)

    def _conflict(self) -> ResponseReturnValue:
        """Two people at once: who it was, and what stands, beside what was written. The next to save says which."""
        db.session.rollback()
        self.row = self.view._find(self.id) or abort(404, description="quick_row")
        self.version = str(self.row.version)
        told = _(
            "%(who)s lagret endringer %(when)s, mens du skrev. Nå står det «%(value)s».",
            who=saving.last_changed_by(self.row),
            when=formatters.moment(self.row.updated_at),
            value=self._said()["value"],
        )
        return self._drawn(409, conflict=told, line=self._line())

    def _line(self) -> Markup:
        """The row as the list draws it that it is changed in."""
        asked = urlsplit(returning.way_back() or "").query
        listing = Listing.from_address(self.view.register, asked)
        ticks, cells = bool(bulk.offers(self.view.register)), Cells(self.view.register)
        return listing.line(self.id, asked, ticks=ticks, opens=cells.opens)

    def _drawn(self, status: int = 200, conflict: str = "", line: Markup | None = None) -> ResponseReturnValue:
        if isinstance(self.input, PointingField):
            gather([self.input])
        if self.known.follows:
            self.input.follows = beside(self.view.register, self.known, self.stands)
        self.input.id = f"quick-{self.known.key}"
        html = current_app.jinja_env.get_template("register/quick.html").render(
            label=_("Endre %(field)s for %(name)s", field=self.label, name=self.name),
            action_url=url_for(".quick_view", id=self.id, field=self.known.key, back=returning.way_back()),
            version=self.version,
            input=self.input,
            conflict=conflict,
            texts=picker_texts() | {"data-draft": f"{g.actor.user_id}:{g.active or ''}"},
        )
        return jsonify(html=html, told=conflict or " ".join(map(str, self.input.errors)), row=line), status
