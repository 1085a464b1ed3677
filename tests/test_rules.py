"""Each rule is declared once: what it says of one row, of a row as it stands, and of all rows at once, is the same."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from models.database import db
from models.declare.base import fields_of, part_class
from models.declare.choices import AiRisk, Answer, ContactRole, Lifecycle, RecordStatus
from models.declare.clock import now, today
from models.declare.domains import Domain
from models.declare.fields import Field, Kind
from models.declare.shapes import Shape
from models.declare.words import Choice
from models.queries.rules import BY_CODE, RULES, WORDS, breaks, broken_rules
from models.queries.standing import standing_together
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.codes import (
    Article6,
    Article9,
    DataSubjectCategory,
    Law,
    PersonalDataCategory,
    RecipientCategory,
    TransferGround,
)
from models.registers.municipality import Municipality
from models.registers.organisation import ContactPerson
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import User
from reports.language import translator
from tests.conftest import inside
from tests.support.rows import COUNTED
from tests.test_registers import As, address, ids_on

MADE = tuple(dict.fromkeys(rule.register for rule in RULES if rule.register not in {User, Municipality}))
ROWS = 60
ROOT = Path(__file__).resolve().parents[1]
# Where chance alone would seldom come upon what the rules ask for.
LIKELY: dict[tuple[str, str], Callable[[Random, type[Any]], Any]] = {
    ("activity_transfer", "country"): lambda chance, _: chance.choice(["SE", "Sverige", "USA", "Kina"]),
    ("ai_system", "status"): lambda chance, _: chance.choice([Lifecycle.IN_USE, Lifecycle.IN_USE, Lifecycle.RETIRED]),
    ("ai_system", "risk_class"): lambda chance, _: chance.choice([*AiRisk, AiRisk.HIGH]),
    ("breach", "aware"): lambda chance, _: now() - timedelta(hours=chance.choice([1, 71, 73, 200])),
    ("breach", "notified_at"): lambda chance, _: chance.choice([None, None, now() - timedelta(hours=1)]),
    ("access_request", "received"): lambda chance, _: today() - timedelta(days=chance.choice([1, 29, 40, 100])),
    ("agreement", "starts"): lambda *_: None,
    ("agreement", "ends"): lambda chance, _: day_of(chance),
    ("activity_law", "law"): lambda chance, _: chance.choice(known_rows(Law)[:2]),
    ("activity_law", "section"): lambda chance, _: chance.choice([None, "§ 1", "§ 1"]),
    ("activity_retention", "days"): lambda chance, _: chance.choice([None, None, 14]),
    ("activity_retention", "words"): lambda chance, _: chance.choice([None, None, "så lenge saken varer"]),
    ("processing_activity", "status"): lambda chance, _: chance.choice([*RecordStatus, RecordStatus.APPROVED]),
    ("processing_activity", "valid_to"): lambda chance, _: chance.choice([None, today(), today() + timedelta(days=1)]),
    ("processing_activity", "valid_from"): lambda *_: None,
    ("processing_activity", "template"): lambda chance, _: chance.choice([None, *known_rows(ProcessingTemplate)[:2]]),
    ("processing_activity", "scale"): lambda chance, _: chance.choice([None, 10, 4999, 5000, 20_000]),
}
FEW: dict[type[Any], tuple[str, ...]] = {
    Article6: ("6.1.a", "6.1.c", "6.1.f"), Article9: ("9.2.b", "9.2.h", "9.2.a"),
    DataSubjectCategory: ("pupil", "employee", "inhabitant"), RecipientCategory: ("none", "nav"),
    TransferGround: ("45", "49.1.2"),
    PersonalDataCategory: ("name", "health", "criminal", "national-id"),
}  # fmt: skip


def known_rows(target: type[Any]) -> list[Any]:
    """The rows a made one may point at."""
    wanted = select(target).order_by(target.id)
    return list(db.session.scalars(wanted.where(target.code.in_(FEW[target])) if target in FEW else wanted.limit(4)))


def made(chance: Random, cls: type[Any]) -> Any:
    """A row in which everything is as it happens to be."""
    said: dict[str, Any] = {}
    for known in fields_of(cls):
        if known.key not in {"number", "shared", "replaced_by"} and not known.follows:
            said[known.key] = answer(chance, cls, known)
    return cls(**{key: value for key, value in said.items() if value is not None})


def answer(chance: Random, cls: type[Any], known: Field) -> Any:
    if (own := LIKELY.get((cls.__tablename__, known.key))) is not None:
        return own(chance, cls)
    if known.kind is Kind.ROWS:
        return [made(chance, part_class(known)) for _ in range(chance.randrange(3))]
    if known.kind is Kind.REFERENCES:
        found = known_rows(known.points_at)
        return chance.sample(found, min(len(found), chance.randrange(3)))
    if known.kind is Kind.REFERENCE:
        return chance.choice([*known_rows(known.points_at), *([] if known.required else [None])])
    if known.choices is not None:
        return chance.choice([*members(known.choices), *([] if known.required else [None])])
    if known.shape is Shape.DATE:
        return None if known.after else day_of(chance)
    if known.shape is Shape.MONTHS:
        return chance.choice([None, 0, 1, 2])
    return COUNTED[known.shape](chance.randrange(60)) if known.required or chance.random() < 0.5 else None


def day_of(chance: Random) -> date:
    return today() + timedelta(days=chance.choice([-800, -40, -1, 0, 1, 40, 89, 90, 150]))


def members(choices: type[Choice]) -> list[Choice]:
    return list(choices)


def broken_by_row(rows: list[Any]) -> dict[str, set[int]]:
    """The ids of the rows that break each rule, asked of one after another."""
    found: dict[str, set[int]] = {rule.code: set() for rule in RULES}
    for row in rows:
        for rule in broken_rules(row, today()):
            found[rule.code].add(row.id)
    return found


def broken_at_once(register: type[Any]) -> dict[str, set[int]]:
    """The same, asked of all rows together."""
    mine = [rule for rule in RULES if rule.register is register]
    return {rule.code: set(db.session.scalars(select(register.id).where(breaks(rule)))) for rule in mine}


def without(found: dict[str, set[int]], register: type[Any]) -> dict[str, set[int]]:
    return {code: ids for code, ids in found.items() if BY_CODE[code].register is register}


def furnish() -> None:
    """Rows of every register that has rules, in every state there is; one of the systems they use is retired."""
    known_rows(Application)[0].status = Lifecycle.RETIRED
    for number in range(ROWS):
        chance = Random(number)  # noqa: S311 - nothing secret
        with db.session.no_autoflush:
            db.session.add_all([made(chance, register) for register in MADE])
        db.session.flush()
    db.session.commit()


def test_a_rule_says_the_same_of_one_row_and_of_all_of_which_some_break_it(engine_app: Any) -> None:
    with inside("Tinn"):
        furnish()
        for register in MADE:
            rows = list(db.session.scalars(select(register)))
            one_by_one, at_once = without(broken_by_row(rows), register), broken_at_once(register)

            db.session.expunge_all()
            fresh = list(db.session.scalars(select(register)))
            standing = without(broken_by_row(standing_together(db.session, fresh)), register)

            assert at_once == one_by_one == standing
            assert [code for code, ids in at_once.items() if not 0 < len(ids) < len(rows)] == []


def test_of_what_one_may_not_know_no_row_is_said_to_lack_anything(engine_app: Any) -> None:
    kept_from = [rule for rule in RULES if rule.reads is Domain.RISK]
    with inside("Tinn"):
        db.session.add(Application(name="Kritisk", criticality="1"))
        db.session.add(ProcessingActivity(name="Trolig", children=Answer.YES, automated=Answer.YES))
        db.session.commit()
        found = [db.session.scalar(how_many(rule)) for rule in kept_from]
        db.session.rollback()
        reads = {domain: ids for domain, ids in scope.current().read.items() if domain is not Domain.RISK}
        with scope.use(scope.replace(scope.current(), read=reads)):
            kept = [db.session.scalar(how_many(rule)) for rule in kept_from]

    assert (all(found), kept) == (True, [0, 0])


def test_that_an_officer_is_missing_is_told_of_the_municipalities_one_may_read_alone(engine_app: Any) -> None:
    rule = BY_CODE["Q17b"]
    with inside("Seljord"):
        for officer in db.session.scalars(select(ContactPerson).where(ContactPerson.role == ContactRole.DPO)):
            db.session.delete(officer)
        db.session.commit()
        theirs = db.session.scalars(select(Municipality.name).where(breaks(rule))).all()
    with inside("Tinn"):
        db.session.add(ContactPerson(name="Siri Aasen", role=ContactRole.DPO))
        db.session.commit()
        seen_from_tinn = db.session.scalars(select(Municipality.name).where(breaks(rule))).all()
        one_by_one = [one.name for one in db.session.scalars(select(Municipality)) if rule.broken(one, today())]

    assert (theirs, seen_from_tinn, one_by_one) == (["Seljord"], [], [])


def how_many(rule: Any) -> Any:
    return select(func.count()).select_from(rule.register).where(breaks(rule))


def test_a_rule_about_people_says_the_same_of_one_and_of_all(engine_app: Any) -> None:
    with inside(), scope.use(scope.replace(scope.current(), everyone=True)):
        people = list(db.session.scalars(select(User).where(User.active).order_by(User.id)))
        people[0].password_hash = None
        people[1].locked_until, people[2].locked_until = now() + timedelta(hours=1), now() - timedelta(hours=1)
        db.session.flush()
        found = broken_at_once(User)

        assert found == without(broken_by_row(people), User)
        assert (found["Q14b"], found["Q14c"]) == ({people[0].id}, {people[1].id})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_a_rule_is_about_stands_in_the_form_or_points_at_the_row(rule: Any) -> None:
    keys = {known.key for known in fields_of(rule.register)} | set(inspect(rule.register).relationships.keys())

    assert rule.field == "" or rule.field in keys


def test_a_list_shows_the_rows_that_break_a_rule(as_: As) -> None:
    with inside("Tinn"):
        db.session.add_all([Application(name=name, criticality=grave) for name, grave in (("A", "1"), ("B", "3"))])
        db.session.commit()
        wanted = set(db.session.scalars(select(Application.id).where(breaks(BY_CODE["Q6b"]))))

    assert set(ids_on(as_("kari").get(address(Application, rule="Q6b")).text)) == wanted
    assert len(wanted) == 1


def test_a_rule_of_another_register_narrows_no_list(as_: As) -> None:
    kari = as_("kari")

    assert ids_on(kari.get(address(Application, rule="Q1a")).text) == ids_on(kari.get(address(Application)).text)


# -- where they are told -----------------------------------------------------------------------------------------------


def test_readme_tells_every_rule(app: Any) -> None:
    t = translator("en")
    lines = [
        f"| {rule.code} | {t(rule.register.__register__.one)} | {t(WORDS[rule.severity])} | {rule.told(t)} "
        f"| {t(rule.source)} |"
        for rule in RULES
    ]

    assert re.findall(r"^\| Q\d.*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M) == lines


@pytest.mark.parametrize("name", ["kari", "ola", "tone", "siri", "sol"])
def test_everybody_reads_the_rules_and_is_led_to_no_list_but_ones_own(name: str, as_: As) -> None:
    browser = as_(name)
    page = browser.get("/help/rules/").text

    links = re.findall(r'href="([^"]+\?rule=Q\w+)"', page)
    assert [code for code in BY_CODE if f'id="{code}"' not in page] == []
    assert [browser.get(html.unescape(link)).status_code for link in links] == [200] * len(links)
