"""The step in which a person says what the columns of a sheet are: what the form shows, and what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, g, request

from exchange.cells.wording import told
from exchange.choosing import NOTE, SKIP, Choice, Draft, PartDraft, keys_of, references
from exchange.columns import BESIDE, OF_PARTS, Column
from exchange.jobs import Reading
from exchange.matching import How as By
from exchange.matching import guest_of
from exchange.table import Table, column_letters
from models.declare.base import field_of, part_class
from models.declare.checks import no_national_identity_number
from models.declare.fields import Field
from models.declare.numbers import as_id
from models.declare.shapes import Shape
from models.declare.words import N_
from models.tenancy.roles import can
from reports.language import mid_sentence
from views import formatters
from views.texts import gettext as _
from views.texts import tr

HEADLESS = "headless"
COLUMN, FIXED, ADDED, MAKE, SHEET = "column-", "fixed-", "field", "make", "sheet"
TICKS = ("by_name", "blank_clears", "keeps_words")
LONGEST_SAMPLE = 60
WAYS = {
    By.LABEL: N_("Samme navn"),
    By.NAME: N_("Navnet på feltet"),
    By.GUEST: N_("Kjent oppsett"),
    By.REMEMBERED: N_("Slik du valgte sist"),
    By.CLOSED: N_("Leses ikke inn: Orden regner den ut"),
    By.NONE: N_("Ikke kjent igjen"),
}


def sheet_asked(values: Any) -> int | None:
    """The place of the sheet that is asked for."""
    try:
        return as_id(str(int(values.get(SHEET, "")) + 1)) - 1
    except ValueError:
        return None


def is_ready() -> bool:
    """Whether the rows are to be looked at, and not only a field added that all of them are given a value in."""
    return "look" in request.form or not request.form.get(ADDED)


def chosen(draft: Draft) -> Draft:
    """The draft with what was posted of its columns. What there is not is refused."""
    parts = (
        replace(one, choices=_posted(part_class(field_of(draft.register, one.within)), one.choices, one.place))
        for one in draft.parts
    )
    return replace(draft, choices=_posted(draft.register, draft.choices), parts=tuple(parts))


def _posted(owner: type[Any], choices: Sequence[Choice], sheet: int | None = None) -> tuple[Choice, ...]:
    known, found = {*keys_of(owner), NOTE, SKIP}, []
    for one in choices:
        key = request.form.get(_name(one, sheet), one.key)
        if key not in known:
            abort(400)
        found.append(replace(one, key=key))
    return tuple(found)


def _name(one: Choice, sheet: int | None) -> str:
    """What the field of a column is called; `sheet` is the place of a sheet of parts."""
    return f"{COLUMN}{one.column}" if sheet is None else f"{COLUMN}{sheet}-{one.column}"


def reading(draft: Draft) -> Reading:
    """How the sheet is to be read, as it was posted. Raises Problem."""
    keys = [one.key for one in draft.choices]
    fixed = {known.key: text for known in draft.untold if (text := request.form.get(f"{FIXED}{known.key}", "").strip())}
    for text in fixed.values():
        no_national_identity_number(text)
    pointing = {key for key, _known, _owner in references(draft.register, [*keys, *fixed])}
    make = frozenset(request.form.getlist(MAKE)) & pointing
    ticked = {one: one in request.form for one in TICKS}
    return draft.reading(fixed=fixed, make=make, headless=HEADLESS in request.form and draft.may_be_headless, **ticked)


def shown(draft: Draft, how: Any = None) -> dict[str, Any]:
    """What the form shows; `how` is the way the sheet is read now, where it is."""
    register = draft.register
    columns = [_column(draft.table, one, is_open=draft.is_open(one)) for one in draft.choices]
    title = register.__register__.title
    must = [known for known in draft.lacking if known.key != title]
    return {
        "doubtful": [one for one in columns if one["unsure"]],
        "known": [one for one in columns if not one["unsure"]],
        "layout": tr(guest.name) if (guest := guest_of(register, draft.table)) else "",
        "groups": _groups(register, keys_of(register)),
        "sheets": [(place, table.name or "–") for place, table in enumerate(draft.book.tables)],
        "sheet": draft.sheet,
        "parts": [_part(draft, one) for one in draft.parts],
        "lacking": [_fixed(known, how) for known in must],
        **_for_all(draft, how, {known.key for known in must}),
        "unnamed": next((tr(known.label) for known in draft.lacking if known.key == title), ""),
        "makes": list(_makes(draft, how)),
        **{one: bool(how and getattr(how, one)) for one in (*TICKS, HEADLESS)},
        "may_be_headless": draft.may_be_headless,
        **({} if how else {"keeps_words": draft.keeps_words}),
        "told": [formatters.said(one) for one in draft.book.told],
        "skip": SKIP,
        "note": NOTE,
    }


def _column(table: Table, one: Choice, sheet: int | None = None, *, is_open: bool) -> dict[str, Any]:
    samples = [told(value) for value in one.samples]
    return {
        "name": _name(one, sheet),
        "heading": one.heading or _("Kolonne %(letters)s", letters=column_letters(table.left + one.column)),
        "samples": [text if len(text) <= LONGEST_SAMPLE else f"{text[:LONGEST_SAMPLE]}…" for text in samples],
        "key": one.key,
        "by": _by(one),
        "unsure": is_open,
    }


def _by(one: Choice) -> str:
    if one.match.how is By.LIKENESS:
        return _("Ligner, %(percent)s prosent", percent=round(100 * one.match.share))
    if one.match.how is By.NONE and not one.samples:
        return _("Kolonnen er tom")
    if one.is_remembered:
        return tr(WAYS[By.REMEMBERED])
    return tr(WAYS[one.match.how])


def _groups(register: type[Any], keys: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column may be, in the sections of the form."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in keys:
        outer, _dot, inner = key.partition(".")
        if key in BESIDE | OF_PARTS:
            group, words = _("Radens egne"), tr((BESIDE | OF_PARTS)[key])
        elif inner:
            within = field_of(register, outer)
            group, words = tr(within.label), tr(field_of(part_class(within), inner).label)
            words = f"{words} ({mid_sentence(group)})"  # which is all that a closed list shows
        else:
            known = field_of(register, key)
            group, words = tr(known.section) or _("Flere felt"), Column(key, known).heading(tr)
        groups.setdefault(group, []).append((key, words))
    return list(groups.items())


def _part(draft: Draft, one: PartDraft) -> dict[str, Any]:
    known = field_of(draft.register, one.within)
    owner = part_class(known)
    columns = [_column(one.table, choice, one.place, is_open=not choice.is_sure) for choice in one.choices]
    return {
        "name": one.table.name,
        "field": tr(known.label),
        "rows": len(one.table.rows),
        "columns": columns,
        "groups": _groups(owner, keys_of(owner)),
        "unsure": any(column["unsure"] for column in columns),
    }


def _for_all(draft: Draft, how: Any, must: set[str]) -> dict[str, Any]:
    """The fields that all rows are given one value in, and those that may be added to them."""
    there = {known.key: known for known in draft.untold if known.key not in must}
    added = {name.removeprefix(FIXED) for name in request.form if name.startswith(FIXED)}
    added |= {request.form.get(ADDED, ""), *(how.fixed if how else ())}
    return {
        "fixed": [_fixed(known, how) for key, known in there.items() if key in added],
        "addable": _groups(draft.register, [key for key in there if key not in added]),
    }


def _fixed(known: Field, how: Any) -> dict[str, Any]:
    """A field that no column says, with the words it may have where they are few."""
    words = [tr(one.label) for one in known.choices] if known.choices is not None else []
    if known.shape is Shape.YES_NO:
        words = [_("Ja"), _("Nei")]
    return {
        "name": f"{FIXED}{known.key}",
        "label": tr(known.label),
        "words": words,
        "help": tr(known.help),
        "is_added": request.form.get(ADDED) == known.key,
        "value": request.form.get(f"{FIXED}{known.key}", how.fixed.get(known.key, "") if how else ""),
    }


def _makes(draft: Draft, how: Any) -> Iterator[dict[str, Any]]:
    """The fields whose unknown names may become new rows, of those the person may make."""
    keys = [*[one.key for one in draft.choices], *(how.fixed if how else ())]
    for key, known, _owner in references(draft.register, keys):
        target = known.points_at
        if can(g.actor, "create", target, g.active):
            yield {
                "key": key,
                "label": tr(known.label),
                "noun": mid_sentence(tr(target.__register__.name)),
                "is_on": bool(how and key in how.make),
            }
