"""The texts of Orden, for the project's own staff: found by register or by words, said otherwise in a language, and as
they are shipped again with one press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

import models
from models.database import db
from models.declare.base import field_of
from models.declare.checks import no_national_identity_number
from models.declare.choices import Language
from models.declare.cleaning import line
from models.declare.folding import fold
from models.declare.numbers import as_id
from models.declare.words import N_, Problem
from models.queries.wording import Said, Sayable, wording
from models.registers.wording import LONGEST, Wording
from models.tenancy.roles import can
from views import wordings
from views.access import needs
from views.register.pagestatement import PAGE
from views.texts import explain, language, tr
from views.texts import gettext as _

blueprint = Blueprint("wordings", __name__, url_prefix="/texts")
CHANGED, BEHIND = "changed", "behind"
SAVE, SHIPPED, KEEP = "save", "shipped", "keep"
NO_WORDS = N_("Skriv teksten, eller bruk den leverte.")
PASSED = N_("Noen andre har lagret denne teksten etter at du åpnet den. Se over det som står nå. Ingenting er lagret.")
NAMED = 300


def keeps_texts() -> bool:
    """Whether somebody keeps what is common to the project."""
    return can(g.actor, "create", Wording, g.active)


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a register, words, only some; in one language, or in all where only some are wanted."""

    register: str
    words: str
    only: str
    language: str

    @property
    def languages(self) -> list[str]:
        return [self.language] if self.language else [str(one) for one in Language]

    @property
    def narrows(self) -> bool:
        return bool(self.register or self.words or self.only)

    def parameters(self, **others: str) -> dict[str, Any]:
        told = {"of": self.register, "q": self.words, "only": self.only, "language": self.language} | others
        return {key: one for key, one in told.items() if one}


def _asked() -> Asked:
    given = request.args
    only = next((one for one in (CHANGED, BEHIND) if one == given.get("only")), "")
    register = given.get("of", "") if given.get("of") in models.BY_NAME else ""
    spoken = given.get("language", "") if given.get("language") in set(Language) else ""
    words = given.get("q", "").replace("\0", " ").strip()[:100]
    return Asked(register, words, only, spoken or ("" if only else language()))


@blueprint.get("/")
@needs(keeps_texts)
def index() -> str:
    """The registers with how many texts each has; or the texts that are asked for."""
    asked, title = _asked(), tr(Wording.__register__.name)
    found = list(_found(asked)) if asked.narrows else []
    first = _first(len(found))
    return render_template(
        "texts/index.html",
        title=title,
        breadcrumbs=[{"label": _("Start"), "url": "/"}, {"label": title, "url": None}],
        wanted=asked,
        hidden=[pair for pair in asked.parameters().items() if pair[0] != "q"],
        register=tr(models.BY_NAME[asked.register].__register__.name) if asked.register else "",
        spoken_in=_languages(asked),
        tabs=_tabs(asked),
        groups=[] if asked.narrows else list(_groups()),
        texts=[_line(*one) for one in found[first : first + PAGE]],
        number=len(found),
        pages=_pages(asked, first, len(found)),
        gone=[_gone(key) for key in wordings.gone()],
    )


def _found(asked: Asked) -> Iterator[tuple[Sayable, str]]:
    words = fold(asked.words).split()
    for text in wordings.texts().values():
        if asked.register and text.register.__tablename__ != asked.register:
            continue
        for spoken in asked.languages:
            if _is_wanted(text, spoken, asked.only) and _has(text, spoken, words):
                yield text, spoken


def _is_wanted(text: Sayable, spoken: str, only: str) -> bool:
    said = _said(text, spoken)
    return not only or (said is not None and (only == CHANGED or wordings.is_behind(text.place, spoken, said)))


def _has(text: Sayable, spoken: str, words: list[str]) -> bool:
    if not words:
        return True
    said = _said(text, spoken)
    told = fold(f"{_where(text)} {wordings.as_shipped(text, spoken)} {said.words if said else ''}")
    return all(word in told for word in words)


def _said(text: Sayable, spoken: str) -> Said | None:
    return wordings.in_force().said.get((text.place, spoken))


def _where(text: Sayable) -> str:
    """Where a text stands, in the reader's language."""
    return f"{tr(text.register.__register__.name)}: {' – '.join(map(tr, text.labels))}"


def _line(text: Sayable, spoken: str) -> dict[str, Any]:
    said = _said(text, spoken)
    return {
        "where": _where(text),
        "url": _address(text.place, spoken),
        "text": said.words if said else wordings.as_shipped(text, spoken),
        "lang": spoken,
        "language": Language(spoken).label,
        "changed": said is not None,
        "behind": said is not None and wordings.is_behind(text.place, spoken, said),
    }


def _groups() -> Iterator[dict[str, Any]]:
    counted: dict[type[Any], list[Sayable]] = {}
    for text in wordings.texts().values():
        counted.setdefault(text.register, []).append(text)
    changed = {place for place, _language in wordings.in_force().said}
    for register, texts in counted.items():
        yield {
            "name": tr(register.__register__.name),
            "url": url_for(".index", of=register.__tablename__),
            "number": len(texts),
            "changed": sum(text.place in changed for text in texts),
        }


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    labels = {"": _("Alle tekster"), CHANGED: _("Endret"), BEHIND: _("Den leverte er endret siden")}
    numbers = {CHANGED: len(wordings.in_force().said) - len(wordings.gone()), BEHIND: len(wordings.behind())}
    return [
        {
            "label": label,
            "number": numbers.get(only),
            "url": url_for(".index", only=only or None),
            "active": only == asked.only,
        }
        for only, label in labels.items()
    ]


def _languages(asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "lang": str(one),
            "url": url_for(".index", **asked.parameters(language=str(one))),
            "active": str(one) == asked.language,
        }
        for one in Language
    ]


def _first(number: int) -> int:
    """The place of the first text of the page that is asked for."""
    try:
        page = as_id(request.args.get("page", "1"))
    except ValueError:
        page = 1
    return (min(page, max(1, -(-number // PAGE))) - 1) * PAGE


def _pages(asked: Asked, first: int, number: int) -> dict[str, str | None]:
    def page(at: int) -> str | None:
        return url_for(".index", **asked.parameters(page=str(at // PAGE + 1))) if 0 <= at < number else None

    return {"first": None, "previous": page(first - PAGE), "next": page(first + PAGE), "last": None}


def _gone(key: wordings.Key) -> dict[str, str]:
    said = wordings.in_force().said[key]
    return {"name": said.name, "text": said.words, "url": url_for("wording.details_view", id=said.row_id)}


# -- one of them -------------------------------------------------------------------------------------------------------


def _address(place: str, spoken: str) -> str:
    return url_for("wordings.text", place=place, spoken=spoken)


def _known(place: str, spoken: str) -> Sayable:
    if spoken not in set(Language):
        abort(404)
    return wordings.texts().get(place) or abort(404)


@blueprint.route("/<spoken>/<place>/", methods=["GET", "POST"])
@needs(keeps_texts)
def text(spoken: str, place: str) -> ResponseReturnValue:
    """A text in a language, as it is shipped and as the staff say it."""
    known = _known(place, spoken)
    row = wording(db.session, place, spoken)
    if request.method != "POST":
        return _page(known, spoken, row, row.words if row else wordings.as_shipped(known, spoken))
    typed = request.form.get("words", "")
    try:
        if request.form.get("version") != _version(row):
            raise Problem(PASSED)
        told = _decide(known, spoken, row, typed)
        db.session.commit()
    except (StaleDataError, IntegrityError):
        db.session.rollback()
        return _page(known, spoken, wording(db.session, place, spoken), typed, tr(PASSED)), 409
    except Problem as problem:
        db.session.rollback()
        status = 409 if problem.text == PASSED else 422
        return _page(known, spoken, wording(db.session, place, spoken), typed, explain(problem)), status
    flash(told, "success")
    return redirect(_address(place, spoken), code=303)


def _version(row: Wording | None) -> str:
    return f"{row.id}.{row.version}" if row else ""


def _decide(known: Sayable, spoken: str, row: Wording | None, typed: str) -> str:
    """Say a text otherwise, as it is shipped, or as before though what is shipped has changed."""
    ours, shipped = request.form.get("do", SAVE), wordings.as_shipped(known, spoken)
    words = _checked(typed) if ours == SAVE else row.words if row and ours == KEEP else shipped
    if words == shipped:
        if row:
            db.session.delete(row)
        return _("Den leverte teksten er i bruk igjen.") if row else _("Teksten er slik den er levert.")
    if row is None:
        row = Wording(name=_name(known), place=known.place, language=Language(spoken), words=words, shipped=shipped)
        db.session.add(row)
    row.words, row.shipped = words, shipped
    return _("Prosjektets tekst er beholdt.") if ours == KEEP else _("Teksten er lagret, og leses av alle fra nå av.")


def _checked(typed: str) -> str:
    words = line(typed)
    if not words:
        raise Problem(NO_WORDS)
    for check in (*field_of(Wording, "words").valid, no_national_identity_number):
        words = check(words)
    return str(words)


def _name(known: Sayable) -> str:
    """Where a text stands, as the history calls it: in bokmål, and not as staff may call it."""
    return f"{known.register.__register__.name}: {' – '.join(known.labels)}"[:NAMED]


def _page(known: Sayable, spoken: str, row: Wording | None, typed: str, problem: str = "") -> str:
    title, listed = _where(known), tr(Wording.__register__.name)
    shipped = wordings.as_shipped(known, spoken)
    before = row.shipped if row and row.shipped not in {None, shipped} else ""
    return render_template(
        "texts/text.html",
        title=title,
        breadcrumbs=[
            {"label": _("Start"), "url": "/"},
            {"label": listed, "url": url_for(".index", of=known.register.__tablename__)},
            {"label": title, "url": None},
        ],
        lang_of_text=spoken,
        spoken_in=[
            {"label": one.label, "lang": str(one), "url": _address(known.place, str(one)), "active": one == spoken,
             "changed": _said(known, str(one)) is not None} for one in Language
        ],
        shipped=shipped, before=before, ours=row.words if row else "", typed=typed, most=LONGEST,
        version=_version(row), problem=problem,
        history=url_for("wording.history_view", id=row.id) if row else "",
    )  # fmt: skip
