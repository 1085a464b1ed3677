"""A row made while another is filled in: «Lag ny» beside a reference, and back again with the row chosen.

The form one leaves travels along in the one that is opened, sealed: nothing is kept on the server that somebody would
have to clear away, and every tab has its own. Both ways the browser sends on what it has just sent (307).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask import abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict

import models
from models.declare.base import field_of, fields_of, part_class
from models.declare.fields import Field, Kind
from models.declare.numbers import as_id
from models.declare.words import N_
from views.access import may_create
from views.register import saving
from views.register.forms import REFRESH
from views.texts import gettext as _
from views.texts import tr

MAKE, WITHIN = "make", "within"  # what is posted: the field a row is made for, and the sealed form it is made within
OF, ROW, FIELD, MADE = "of", "row", "field", "made"  # what an address says: where one comes from, and what was made
NOT_KEPT = {"csrf_token", "opened_in", "switch_language", MAKE, REFRESH}
DEEPEST = 2
DEEP = N_("Du er to skjemaer inne, og dypere går det ikke. Lagre eller avbryt her, og lag resten etterpå.")


@dataclass(frozen=True, slots=True)
class Outer:
    """The form a row is made within: its register and row (None of a new one), the field that waits for what is made,
    how many forms deep one is then, and what was typed."""

    register: str
    row_id: int | None
    field: str
    depth: int
    typed: list[list[str]]

    @property
    def known(self) -> Field:
        return _field_named(models.BY_NAME[self.register], self.field)

    def address(self, made: int | None = None) -> str:
        """Where the form stands again, with what was made in the field that waits."""
        door = "create_view" if self.row_id is None else "edit_view"
        own: dict[str, Any] = {} if self.row_id is None else {"id": self.row_id}
        return url_for(f"{self.register}.{door}", **own, made=made or "", _anchor=self.field)


def _field_named(register: type[Any], name: str) -> Field:
    """The field behind the name a form gives it, be it one of a part. Raises KeyError where there is none."""
    key, _dash, inner = name.partition("-")
    known = field_of(register, key)
    if not inner:
        return known
    if known.kind is not Kind.ROWS:
        raise KeyError(name)
    return field_of(part_class(known), inner.partition("-")[2])


# -- there -------------------------------------------------------------------------------------------------------------


def offer(form: Any) -> None:
    """Mark the fields beside which what is missing can be made, by who may make it."""
    found = outer()
    deep = found is not None and found.depth >= DEEPEST
    for one in form.pointing:
        one.flags.makes = not (deep or one.flags.readonly) and may_create(one.target)


def asked(register: type[Any], form: Any) -> ResponseReturnValue | None:
    """The way to the form of what is to be made, when that is what was pressed and it may be done."""
    name = request.form.get(MAKE)
    field = next((one for one in form.pointing if one.name == name), None)
    if field is None:
        return None
    offer(form)
    if not field.flags.makes:
        flash(tr(DEEP) if outer() else _("Du kan ikke lage dette selv. Be en som kan, om å gjøre det."), "warning")
        return None
    origin = {OF: register.__tablename__, ROW: request.args.get("id"), FIELD: name, "form": saving.new_form()}
    return redirect(url_for(f"{field.target.__tablename__}.create_view", **origin), code=307)


def is_opening() -> bool:
    """Whether what is posted is the form one comes from, and the one asked for is opened empty."""
    return request.method == "POST" and OF in request.args


def outer() -> Outer | None:
    """The form this one is made within, if there is one."""
    if "outer" not in g:
        g.outer = _left() if is_opening() else _unsealed(request.form.get(WITHIN, ""))
    found: Outer | None = g.outer
    return found


def _left() -> Outer:
    """The form one comes from, as it was sent; 404 of an address that names none."""
    around, name = _unsealed(request.form.get(WITHIN, "")), request.args.get(FIELD, "")
    try:
        row_id = as_id(request.args[ROW]) if ROW in request.args else None
        _field_named(models.BY_NAME[request.args[OF]], name)
    except (KeyError, ValueError):
        abort(404)
    depth = 1 + (around.depth if around else 0)
    if depth > DEEPEST:
        abort(404)
    typed = [[key, value] for key, value in request.form.items(multi=True) if key not in NOT_KEPT]
    return Outer(request.args[OF], row_id, name, depth, typed)


def name_looked_for() -> str:
    """What was written where nothing of that name was found: the name of what is now made."""
    if not is_opening():
        return ""
    name = request.args.get(FIELD, "")
    looked_for = [text for text in request.form.getlist(f"{name}-new") if text.strip()]
    if looked_for:
        return looked_for[0]
    typed = request.form.get(name, "")
    return "" if request.form.get(f"{name}-id") or typed.isdigit() else typed


def name_it(register: type[Any], form: Any) -> None:
    """Begin the form with the name that was looked for."""
    title = register.__register__.title
    is_typed = any(known.key == title and known.kind is Kind.VALUE for known in fields_of(register))
    if is_typed and title in form and (name := name_looked_for()):
        form[title].process_data(name)


def sealed() -> str:
    """The form this one is made within, to be sent along; empty when there is none."""
    found = outer()
    return _signer().dumps([*_whose(), asdict(found)]) if found else ""


def _unsealed(text: str) -> Outer | None:
    try:
        user, place, kept = _signer().loads(text)
        return Outer(**kept) if [user, place] == _whose() else None
    except (BadData, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=WITHIN)


def _whose() -> list[int | None]:
    return [g.actor.user_id, g.active]


def told(intro: str) -> str:
    """What a form made within another says of itself."""
    found = outer()
    if found is None:
        return intro
    field = tr(found.known.label)
    said = _("Når du lagrer, kommer du tilbake dit du var, og dette er valgt under «%(field)s».", field=field)
    return f"{said} {tr(DEEP)}" if found.depth >= DEEPEST else said


# -- and back ----------------------------------------------------------------------------------------------------------


def leave_url() -> str | None:
    """Where one goes back without having made anything."""
    found = outer()
    return found.address() if found else None


def back_with(row_id: int, name: str) -> ResponseReturnValue | None:
    """Back to the form it was made within, with the row that is saved; None when there is none."""
    found = outer()
    if found is None:
        return None
    flash(_("«%(name)s» er lagret og valgt her. Resten av skjemaet er ikke lagret ennå.", name=name), "success")
    return redirect(found.address(row_id), code=307)


def come_back() -> None:
    """Where one comes back to a form, what was typed in it stands as if it were posted to be drawn anew."""
    if request.method != "POST" or MADE not in request.args:
        return
    found = _unsealed(request.form.get(WITHIN, ""))
    if found is None:
        flash(_("Det du skrev i skjemaet du kom fra, kunne ikke hentes fram."), "warning")
    pairs = [*(_chosen(found) if found else ()), (REFRESH, "1")]
    request.form = ImmutableMultiDict(pairs)
    request.values = CombinedMultiDict([request.args, request.form])


def _chosen(found: Outer) -> Iterator[tuple[str, str]]:
    """What was typed, with what was made in the field that waits for it, in place of what was written there."""
    try:
        made = str(as_id(request.args[MADE]))
    except ValueError:
        made = ""
    name, many = found.field, found.known.kind is Kind.REFERENCES
    replaced = {f"{name}-new"} if many else {name, f"{name}-id", f"{name}-was"}
    for key, value in found.typed:
        if made and key in replaced and (value.strip() or not many):
            replaced -= {key} if many else set()  # of several names that were looked for this was the first
        else:
            yield key, value
    if made:
        yield name, made
