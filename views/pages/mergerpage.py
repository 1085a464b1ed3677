"""What the pages of a merger show: municipalities by name, what is known and not, what goes along, what follows."""

# ruff: noqa: E501 - tables of texts: one text, one line
# fmt: off
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import g, url_for

from models.changes import carrying, planning, uniting
from models.changes.gathering import rows_of
from models.changes.planning import Known, Proposal
from models.database import db
from models.declare.base import fields_of
from models.declare.choices import Answer
from models.declare.clock import day_of, today
from models.declare.fields import Field, Kind
from models.declare.titles import title_of
from models.declare.words import N_
from models.registers.catalogue import Product
from models.registers.mergers import (
    CARRIED,
    CARRYING,
    CONFIRMED,
    GOES_ON,
    OPEN,
    PLANNED,
    TO_CARRY,
    TO_UNDO,
    UNDOING,
    UNDONE,
    Leg,
    Merger,
)
from models.registers.organisation import OrganisationalUnit, answerer
from models.tenancy import scope
from models.tenancy.log import REASON
from models.tenancy.roles import ROLES
from views import formatters
from views.register import underway
from views.texts import gettext as _
from views.texts import language, ngettext, tr

THERE = N_("Det står i planen fra før.")
STATES = {
    PLANNED: (N_("Planlagt"), "neutral"), CARRIED: (N_("Ført over, kan angres"), "warning"),
    UNDONE: (N_("Angret"), "neutral"), CONFIRMED: (N_("Bekreftet"), "success"),
    TO_CARRY: (N_("Venter på å bli ført over"), "info"), CARRYING: (N_("Føres over"), "info"),
    TO_UNDO: (N_("Venter på å bli angret"), "info"), UNDOING: (N_("Angres"), "info"),
}  # fmt: skip
NATURES = {
    "merge": N_("alt går inn i %(name)s"), "split": N_("en del går til %(name)s"),
    "border": N_("en del går til %(name)s, og kommunen består"),
}  # fmt: skip
FEW = 200


def trail(*over: tuple[str, str | None]) -> list[dict[str, Any]]:
    """The way here: from the start page over the list of plans."""
    here = (_("Sammenslåinger"), url_for("mergers.index") if over else None)
    return [{"label": label, "url": url} for label, url in ((_("Start"), "/"), here, *over)]


def places() -> list[tuple[int, str]]:
    return [(one, place.name) for one, place in g.municipalities.items()]


def _name(one: int) -> str:
    """What a municipality is called; of one that was deleted nobody knows."""
    return str(g.municipalities[one].name) if one in g.municipalities else "–"


def _said(legs: Iterable[Leg]) -> str:
    """Bø og Sauherad → Midt-Telemark og Notodden."""
    some = list(legs)
    sides = [dict.fromkeys(leg.source for leg in some), dict.fromkeys(leg.target for leg in some)]
    return " → ".join(", ".join(map(_name, side)) for side in sides)


def key_of(proposal: Proposal) -> str:
    return "-".join([proposal.day.isoformat(), *(f"{leg.source}.{leg.target}" for leg in proposal.legs)])


def proposed(one: Proposal) -> dict[str, str]:
    name, day = _said(one.legs), formatters.day(one.day)
    return {"key": key_of(one), "name": name, "when": day, "day": one.day.isoformat()}


def line(found: Merger) -> dict[str, Any]:
    label, tone = STATES[found.state]
    url = url_for("mergers.plan", number=found.id)
    return {"name": _said(found.legs), "when": formatters.day(found.day), "state": tr(label), "tone": tone, "url": url}


def reason(found: Merger) -> str:
    """What the history says of it."""
    return _("Kommunesammenslåing %(day)s: %(name)s", day=formatters.day(found.day), name=_said(found.legs))[:REASON]


def sentences(refused: uniting.Refused) -> list[str]:
    return [*map(_explained, refused.problems)]


def _explained(problem: Any) -> str:
    """A problem in words, its days as people write them."""
    told = {key: formatters.day(one) if isinstance(one, date) else one for key, one in problem.params.items()}
    return tr(problem.text, **told)


def waits(found: Merger) -> str:
    """What is told of one that waits for a worker, or is in its hands, while nobody tells how far it has come."""
    return tr(STATES[found.state][0])


def _became(found: Merger) -> str:
    """What came of the last that was asked for."""
    if found.number is None:
        return ""
    if found.state == UNDONE:
        return ngettext(
            "Angret. %(num)s rad er tatt bort, og de gamle kommunene er som før.",
            "Angret. %(num)s rader er tatt bort, og de gamle kommunene er som før.",
            found.number,
        )
    return ngettext("%(num)s rad er ført over.", "%(num)s rader er ført over.", found.number)


def plan(found: Merger, problems: list[str]) -> dict[str, Any]:
    is_open, goes_on = found.state in OPEN, found.state in GOES_ON
    known = uniting.places_of(db.session, found.legs)
    label, tone = STATES[found.state]
    refused = [_explained(one) for one in uniting.refusals(db.session, found)] if is_open else []
    late = uniting.changed_since(db.session, found) if found.state == CARRIED else 0
    return {
        "title": _said(found.legs) or _("Kommunesammenslåing"),
        "breadcrumbs": trail((_said(found.legs), None)),
        "when": formatters.day(found.day), "number": found.id, "version": found.version,
        "state": tr(label), "tone": tone, "is_open": is_open, "is_carried": found.state == CARRIED,
        "told": _("%(name)s, %(day)s", name=found.state_by, day=formatters.day(day_of(found.state_at))),
        "problems": list(dict.fromkeys([*problems, *found.said, *refused])), "may_look": is_open and not refused,
        "goes_on": goes_on, "event": found.job, "became": _became(found),
        **({"undoes": found.state in {TO_UNDO, UNDOING}, **underway.of_job(found.job, waits(found))} if goes_on else {}),
        "may_confirm": found.state == CARRIED and found.day <= today(),
        "event_url": url_for("changes.event", event=found.event) if found.state in {CARRIED, CONFIRMED} else None,
        "follows_url": url_for("mergers.look", number=found.id),
        "late": ngettext(
            "%(num)s rad i de gamle kommunene er endret etter at den ble ført over. Angre og før over på nytt, om det skal med.",
            "%(num)s rader i de gamle kommunene er endret etter at de ble ført over. Angre og før over på nytt, om det skal med.",
            late,
        ) if late else "",
        "legs": _legs(found, is_open=is_open),
        "old": [_was(known[one], found.day) for one in found.sources],
        "new": [_known(planning.known_of(known[one], found.day), found) for one in found.targets],
        "sources": [(one, _name(one)) for one in found.sources], "places": places(),
        "twins": len(planning.twins(db.session, found)) if is_open else 0, "chosen_twins": len(found.twins),
    }  # fmt: skip


def _legs(found: Merger, *, is_open: bool) -> list[dict[str, Any]]:
    legs = found.legs
    numbers = planning.counts(db.session, legs)
    return [
        {
            "place": at, "source": _name(leg.source), "target": _name(leg.target),
            "text": tr(NATURES[leg.nature.value], name=_name(leg.target)),
            "counts": [
                (tr(register.__register__.name), formatters.grouped(taken), formatters.grouped(there))
                for register, (taken, there) in _in_order(told) if there
            ],
            "taken": sum(taken for taken, _there in told.values()),
            "url": url_for("mergers.rows", number=found.id, place=at) if is_open else None,
        }
        for at, (leg, told) in enumerate(zip(legs, numbers, strict=True), 1)
    ]  # fmt: skip


def _in_order(told: dict[type[Any], Any]) -> list[tuple[type[Any], Any]]:
    return sorted(told.items(), key=lambda one: tr(one[0].__register__.name))


def _was(place: Any, day: date) -> dict[str, Any]:
    """What an old municipality was to the last."""
    last = day - timedelta(days=1)
    figure = place.population_on(last)
    known = _("%(number)s (%(where)s)", number=formatters.grouped(figure.inhabitants), where=formatters.day(figure.day)) if figure else ""
    return {"name": place.name, "code": place.code_on(last) or "", "population": known, "asks_code": False} | _ended(place)


def _ended(place: Any) -> dict[str, str]:
    ended = formatters.day(place.ended) if place.ended else ""
    return {"ended": ended, "url": url_for("municipality.details_view", id=place.id)}


def _known(told: Known, found: Merger) -> dict[str, Any]:
    """What is known of a new one on the day. What is not, is said; the newest figure before never stands for it."""
    place = told.place
    population = _("ikke kjent ennå")
    if told.population is not None:
        population = _("%(number)s (%(where)s)", number=formatters.grouped(told.population.inhabitants), where=told.population.source)
    elif told.before is not None:
        population = _("ikke kjent ennå på dagen. Sist kjent: %(number)s, %(day)s", number=formatters.grouped(told.before.inhabitants), day=formatters.day(told.before.day))
    code = told.code or found.codes.get(str(place.id)) or _("ikke kjent ennå")
    asks = told.code is None
    return {"id": place.id, "name": place.name, "code": code, "asks_code": asks, "population": population} | _ended(place)


def rows(found: Merger, at: int, leg: Leg, register: type[Any]) -> dict[str, Any]:
    there = carrying.chosen(db.session, Leg(leg.source, leg.target))
    chosen = {one: set(leg.chosen(one.__tablename__, ids)) for one, ids in there.items()}
    title = _("Fra %(old)s til %(new)s", old=_name(leg.source), new=_name(leg.target))
    told = rows_of(db.session, register, there[register], _beside_names(register)).values()
    options = [
        {"id": row.id, "name": title_of(row, language()) or "–", "about": _about(row), "ticked": row.id in chosen[register], "there": False}
        for row in sorted(told, key=lambda one: one.sort_key)
    ]  # fmt: skip
    units = sorted(rows_of(db.session, OrganisationalUnit, there[OrganisationalUnit]).values(), key=lambda one: one.sort_key)
    return {
        "title": title, "breadcrumbs": trail((_said(found.legs), url_for("mergers.plan", number=found.id)), (title, None)),
        "register": {"key": register.__tablename__, "name": tr(register.__register__.name)},
        "tabs": [
            {
                "label": tr(one.__register__.name), "active": one is register,
                "count": _("%(part)s av %(whole)s", part=len(chosen[one]), whole=len(ids)),
                "url": url_for("mergers.rows", number=found.id, place=at, register=one.__tablename__),
            }
            for one, ids in _in_order(there) if ids
        ],
        "groups": [{"name": tr(register.__register__.name), "options": options}] if options else [],
        "units": [(one.id, one.name) for one in units], "back_url": url_for("mergers.plan", number=found.id),
    }  # fmt: skip


def _beside_names(register: type[Any]) -> list[Field]:
    """What tells rows apart where they are chosen: their unit, and who answers for them."""
    owner = answerer(register.__mapper__)
    units = (one for one in fields_of(register) if one.kind is Kind.REFERENCE and one.points_at is OrganisationalUnit)
    return [*units, *([owner] if owner else [])]


def _about(row: Any) -> str:
    told = (getattr(row, known.key) for known in _beside_names(type(row)))
    return " · ".join(str(one) for one in told if one is not None)


def twin_key(target: int, product: Product) -> str:
    return f"twin-{target}-{product.id}"


def twins(found: Merger) -> dict[str, Any]:
    title, ones = _("Samme produkt i flere kommuner"), [set(ids) for _target, ids in found.twins]
    return {
        "title": title, "breadcrumbs": trail((_said(found.legs), url_for("mergers.plan", number=found.id)), (title, None)),
        "back_url": url_for("mergers.plan", number=found.id),
        "groups": [
            {
                "key": twin_key(target, product), "name": product.name, "target": _name(target),
                "is_one": {row.id for row in some} in ones,
                "columns": [_name(row.municipality_id) for row in some],
                "rows": _side_by_side(some),
            }
            for target, product, some in planning.twins(db.session, found)
        ],
    }  # fmt: skip


def _side_by_side(some: list[Any]) -> list[tuple[str, list[str]]]:
    """The fields in which anything is said, of each of them."""
    told = []
    for known in fields_of(type(some[0])):
        if known.listed or known.key in {"unit", "agreements", "aliases", "in_use_from"}:
            cells = [formatters.text(known, getattr(row, known.key)) for row in some]
            told += [(tr(known.label), cells)] if any(cells) else []
    return told


def look(found: Merger) -> dict[str, Any]:
    """What is carried over, as far as it may be shown: of risk only that it goes along."""
    is_open = found.state in OPEN
    with scope.use(scope.carrying(found.sources, found.targets)):
        read = uniting.read(db.session, found, with_risk=False)
        left = [told for one in read for told in one.left_behind().items()]
        signed = planning.to_sign(read)
    return {
        "title": _("Se over før det føres over") if is_open else _("Det som følger av sammenslåingen"), "is_open": is_open, "number": found.id, "version": found.version,
        "breadcrumbs": trail((_said(found.legs), url_for("mergers.plan", number=found.id)), (_("Se over") if is_open else _("Det som følger"), None)),
        "intro": _("%(name)s, %(day)s", name=_said(found.legs), day=formatters.day(found.day)),
        "back_url": url_for("mergers.plan", number=found.id),
        "targets": [_target(found, one) for one in read],
        "left": [
            _("%(register)s, %(field)s: %(number)s", register=tr(register.__register__.name), field=tr(known.label).lower(), number=number)
            for (register, known), number in left
        ],
        "signed": [
            (row.name, str(row.supplier or "–"), _("Ja") if row.data_processing is Answer.YES else "", _name(target))
            for target, row in signed[:FEW]
        ],
        "more_signed": max(0, len(signed) - FEW),
        "people": [
            (
                user.name,
                ", ".join(f"{tr(ROLES[str(one.role)].name)} ({_name(one.municipality_id)})" for one in held),
                ", ".join(map(_name, sorted(there))) or _("Ingen ennå"),
            )
            for user, held, there in planning.people(db.session, found, today())[:FEW]
        ],
        "is_ahead": is_open and found.day > today(),
    }  # fmt: skip


def _target(found: Merger, one: carrying.Carrying) -> dict[str, Any]:
    told = {register: len(some) for register, some in one.originals.items() if some}
    return {
        "name": _name(one.target),
        "counts": [(tr(register.__register__.name), formatters.grouped(number)) for register, number in _in_order(told)],
        "fee": _fee(planning.fees(db.session, found, one.target)),
        "unknown": planning.known_of(uniting.places_of(db.session, found.legs)[one.target], found.day).population is None,
    }


def _fee(fees: planning.Fees) -> str:
    if fees.is_member:
        return _("Kommunen er medlem fra før, og betaler ingen ny tilkoblingsavgift.")
    if fees.is_charged:
        return _("Ingen medlemskommune går helt inn i denne, og da kreves tilkoblingsavgift.")
    paid = ", ".join(f"{place.name} {formatters.kroner(amount)}" for place, amount in fees.paid)
    told = [_("Tilkoblingsavgiften kreves ikke på nytt."), _("De gamle har avgift etter reglene: %(told)s.", told=paid) if paid else ""]
    if fees.by_size is not None:
        told.append(_("Etter folketallet på dagen ville den vært %(amount)s.", amount=formatters.kroner(fees.by_size)))
    return " ".join(filter(None, told))
