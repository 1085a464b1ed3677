"""A large set for the bench: the same rows every time, written in bulk past the unit of work (and past the history).

What the unit of work derives on saving (search text, sort key, number, shop window card) is filled in here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.orm import selectinload

from models.declare import choices
from models.declare.base import Base, fields_of
from models.declare.choices import Answer, Disposal
from models.declare.clock import now
from models.declare.folding import fold, sort_key
from models.declare.words import Choice
from models.registers import catalogue
from models.registers.architecture import Application
from models.registers.municipality import Municipality, MunicipalityCode, Population
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import LegalReference, ProcessingActivity, RetentionRow, SubjectRow
from models.registers.window import ShownCard
from models.seed import facts
from models.tenancy import scope
from models.tenancy.rowsecurity import announce
from models.tenancy.session import EXEMPT

Values = dict[str, Any]
ACTIVITIES, TOGETHER, WITH_PARTS, RARE = 140, 20, 8, 20_000
FIRST_DAY = date(2015, 1, 1)
TABLES = Base.metadata.tables


def table_of(cls: Any) -> Table:
    """The table of a class."""
    return TABLES[cls.__tablename__]


def load(
    session: Any,
    engine: Engine,
    municipalities: int,
    applications: int,
    activities: int | None = None,
    progress: Callable[[str], None] = lambda _line: None,
) -> dict[str, int]:
    """Add `applications` and `activities` (140) rows to each of so many municipalities; gives the rows by table."""
    if facts.is_empty(session):
        facts.load(session)
    owners = _owners(session, municipalities)
    templates = _templates(session)
    products = [(one.id, one.name) for one in session.scalars(select(catalogue.Product).order_by(catalogue.Product.id))]
    session.commit()
    bulk = Bulk(facts.read_json("../seed/content/load.json"), products, templates)
    with engine.connect().execution_options(**{EXEMPT: True}) as connection:
        for start in range(0, len(owners), TOGETHER):
            some = owners[start : start + TOGETHER]
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    announce(connection, scope.of(some))
                bulk.furnish(connection, some, applications, ACTIVITIES if activities is None else activities)
            progress(f"{start + len(some)} / {len(owners)}")
        with connection.begin():
            connection.execute(text("ANALYZE"))
    return dict(bulk.counts)


def _owners(session: Any, wanted: int) -> list[int]:
    """The ids of so many municipalities: those that are there first, then the other real ones, then made-up ones."""
    present = session.scalars(
        select(Municipality).where(Municipality.ended.is_(None)).order_by(Municipality.name)
    ).all()
    owners = list(present[:wanted])
    numbers, names = {one.organisation_number for one in present}, {one.name for one in present}
    known = facts.read_csv("municipalities_2024.csv")
    for row in [*known, *_made_up(wanted)]:
        if len(owners) >= wanted:
            break
        number = row["organisation_number"] or None
        if number in numbers if number else row["name"] in names:
            continue
        owners.append(_municipality(row))
        session.add(owners[-1])
    session.flush()
    return [one.id for one in owners]


def _municipality(row: dict[str, str]) -> Municipality:
    return Municipality(
        name=row["name"], organisation_number=row["organisation_number"] or None,
        language=facts.choice(choices.LanguageForm, row["language"]),
        codes=[MunicipalityCode(code=row["code_2024"], valid_from=date(2024, 1, 1))],
        populations=[
            Population(day=date(2026, 1, 1), inhabitants=int(row["population_2026"]), source="SSB tabell 07459")
        ],
    )  # fmt: skip


def _made_up(wanted: int) -> Iterator[dict[str, str]]:
    """Municipalities that do not exist, with codes no county has."""
    for n in range(1, wanted + 1):
        yield {
            "name": f"Prøvedal {n:03d}", "code_2024": f"{9000 + n % 1000}", "organisation_number": "",
            "population_2026": str(500 + 37 * n % 30_000), "language": ("nb", "nn", "neutral")[n % 3],
        }  # fmt: skip


def _templates(session: Any) -> list[Values]:
    """What the templates say, as ids."""
    rows = session.scalars(
        select(catalogue.ProcessingTemplate)
        .options(selectinload("*"))
        .order_by(catalogue.ProcessingTemplate.id)
    )  # fmt: skip
    return [
        {
            "id": one.id, "name": one.name, "special": one.special, "theme_id": one.theme_id,
            "function_id": one.function_id, "laws": [(one_law.law_id, one_law.section) for one_law in one.laws],
            "article6": [ground.id for ground in one.article6], "measures": [measure.id for measure in one.measures],
            "recipients": [recipient.id for recipient in one.recipients],
            "subjects": [(pair.subject_id, [data.id for data in pair.personal_data]) for pair in one.subjects],
            "retention": [(rule.personal_data_id, rule.disposal, rule.months) for rule in one.retention],
        }
        for one in rows
    ]  # fmt: skip


class Bulk:
    """Makes the rows of a handful of municipalities at a time and writes them table by table."""

    def __init__(self, words: Values, products: list[tuple[int, str]], templates: list[Values]) -> None:
        self.words, self.products, self.templates = words, products, templates
        self.random = Random(20260101)  # noqa: S311 - sample data, the same every time
        self.serial, self.seen = count(), count()
        self.counts: Counter[str] = Counter()
        self.members: dict[type[Choice], list[Choice]] = {}
        self.moment = now()

    def furnish(self, connection: Connection, owners: list[int], applications: int, activities: int) -> None:
        self.connection = connection
        units = self._each(OrganisationalUnit, owners, len(self.words["units"]), self._unit)
        people = self._each(ContactPerson, owners, len(self.words["given"]), self._contact, unit=units)
        systems = self._each(Application, owners, applications, self._application, unit=units, owner=people)
        self._write(table_of(ShownCard), [_card(row) for rows in systems.values() for row in rows])
        numbers = self._last_numbers(owners)
        made = self._each(ProcessingActivity, owners, activities, self._activity, unit=units, responsible=people)
        for owner, rows in made.items():
            for n, row in enumerate(rows, start=numbers.get(owner, 0) + 1):
                row["number"] = f"B-{n:04d}"
                row["search_text"] = _search_text(ProcessingActivity, row)
        self._write(table_of(ProcessingActivity), [row for rows in made.values() for row in rows], keep_ids=True)
        self._parts([(row, systems[owner]) for owner, rows in made.items() for row in rows[::WITH_PARTS]])

    def _each(
        self, cls: Any, owners: list[int], amount: int, make: Callable[[int], Values], **linked: Any
    ) -> dict[int, list[Values]]:
        """So many rows of a register for each owner; references go round robin over rows of the same owner."""
        ids = iter(self._reserve(table_of(cls), amount * len(owners)))
        made: dict[int, list[Values]] = {}
        for owner in owners:
            made[owner] = rows = []
            for n in range(amount):
                row = make(n) | {"id": next(ids), "municipality_id": owner, "version": 1}
                row |= {f"{key}_id": those[owner][n % len(those[owner])]["id"] for key, those in linked.items()}
                row |= {"created_at": self.moment, "updated_at": self.moment, "sort_key": sort_key(row["name"])}
                row["search_text"] = _search_text(cls, row)
                rows.append(row)
        if cls is not ProcessingActivity:
            self._write(table_of(cls), [row for rows in made.values() for row in rows], keep_ids=True)
        return made

    def _reserve(self, table: Table, amount: int) -> list[int]:
        """Ids nobody else will get."""
        if self.connection.dialect.name == "postgresql":
            sequence = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
            return list(self.connection.scalars(select(sequence).select_from(func.generate_series(1, amount))))
        highest = self.connection.scalar(select(func.max(table.c.id))) or 0
        return list(range(highest + 1, highest + 1 + amount))

    def _write(self, table: Table, rows: list[Values], *, keep_ids: bool = False) -> None:
        if "id" in table.columns and not keep_ids:
            for row, number in zip(rows, self._reserve(table, len(rows)), strict=True):
                row["id"] = number
        if rows:
            self.connection.execute(insert(table), rows)
        self.counts[table.name] += len(rows)

    def _last_numbers(self, owners: list[int]) -> dict[int, int]:
        table = table_of(ProcessingActivity)
        highest = select(table.c.municipality_id, func.max(table.c.number)).where(table.c.municipality_id.in_(owners))
        return {
            one: int(number[2:])
            for one, number in self.connection.execute(highest.group_by(table.c.municipality_id))
            if number
        }

    # --- one row of each register --------------------------------------------------------------------------------

    def _pick(self, name: str) -> str:
        return str(self.random.choice(self.words[name]))

    def _any(self, vocabulary: type[Choice]) -> Choice:
        members = self.members.get(vocabulary) or self.members.setdefault(vocabulary, list(vocabulary))
        return self.random.choice(members)

    def _day(self, days: int = 4000) -> date:
        return FIRST_DAY + timedelta(days=self.random.randrange(days))

    def _unit(self, n: int) -> Values:
        return {"name": self.words["units"][n]}

    def _contact(self, n: int) -> Values:
        name = f"{self.words['given'][n]} {self._pick('family')}"
        return {
            "name": name,
            "role": list(choices.ContactRole)[n],
            "email": f"person{next(self.serial)}@kommune.example",
        }

    def _application(self, n: int) -> Values:
        serial, (product_id, product) = next(self.serial), self.random.choice(self.products)
        area, kind = self._pick("areas"), self._pick("kinds")
        seen = next(self.seen)
        name = f"{product} {area.lower()}" if n % 3 == 0 else f"{area} {kind} {self._pick('places')} {serial}"
        if seen % RARE == 0:
            name = f"{name} {self.words['rare']}"
        personal = self._any(choices.HeldPersonalData)
        return {
            "name": name, "product_id": product_id, "user_count": self.random.randrange(3, 900),
            "description": self._pick("descriptions").format(area=area.lower(), kind=kind),
            "status": choices.Lifecycle.IN_USE if n % 7 else self._any(choices.Lifecycle), "in_use_from": self._day(),
            "hosting": self._any(choices.Hosting), "sign_in": self._any(choices.SignInMethod),
            "two_factor": self._any(Answer), "personal_data": personal,
            "needs_agreement": self._any(Answer) if personal != "none" else Answer.UNKNOWN,
            "confidentiality": self._any(choices.Level), "criticality": self._any(choices.Criticality),
            "confirmed": self._day(), "review_due": self._day(5000),
            "essential_service": Answer.UNKNOWN, "accessibility": Answer.UNKNOWN, "archival": Answer.UNKNOWN,
            "archive_integration": Answer.UNKNOWN,
        }  # fmt: skip

    def _activity(self, n: int) -> Values:
        template = self.templates[n % len(self.templates)]
        status = self._any(choices.RecordStatus)
        approved = status is choices.RecordStatus.APPROVED
        return {
            "name": f"{template['name']} – {self._pick('places')} {n // len(self.templates) + 1}",
            "purpose": self._pick("purposes"), "template_id": template["id"], "theme_id": template["theme_id"],
            "function_id": template["function_id"], "special": template["special"], "status": status,
            "approved_by": "Kommunedirektøren" if approved else None, "approved_on": self._day() if approved else None,
            "review_due": self._day(5000), "scale": self.random.randrange(10, 5000), "transferred": Answer.NO,
            "has_processors": Answer.NO, "shared": Answer.NO,
        }  # fmt: skip

    def _parts(self, chosen: list[tuple[Values, list[Values]]]) -> None:
        """Subjects with personal data, laws, retention and links for some activities."""
        by_id = {template["id"]: template for template in self.templates}
        subjects, laws, retention = [], [], []
        links: dict[str, list[Values]] = {name: [] for name in ("article6", "measures", "recipients")}
        systems: list[Values] = []
        for row, applications in chosen:
            template, own = by_id[row["template_id"]], {"municipality_id": row["municipality_id"]}
            parent = own | {"parent_id": row["id"]}
            near = own | {"processing_activity_id": row["id"]}
            subjects += [parent | {"subject_id": subject, "data": data} for subject, data in template["subjects"]]
            laws += [parent | {"law_id": law, "section": section} for law, section in template["laws"]]
            retention += [
                parent | {"personal_data_id": data, "disposal": disposal or Disposal.UNDECIDED, "months": months}
                for data, disposal, months in template["retention"]
            ]
            for name, those in links.items():
                those += [near | {_far(name): far} for far in template[name]]
            systems += [near | {"application_id": one["id"]} for one in applications[row["id"] % 7 :: 97]]
        self._subjects(subjects)
        self._write(table_of(LegalReference), laws)
        self._write(table_of(RetentionRow), retention)
        for name, those in links.items():
            self._write(TABLES[f"processing_activity_{name}"], those)
        self._write(TABLES["processing_activity_applications"], systems)

    def _subjects(self, rows: list[Values]) -> None:
        data = [row.pop("data") for row in rows]
        self._write(table_of(SubjectRow), rows)
        pairs = [
            {
                "municipality_id": row["municipality_id"],
                "activity_subject_id": row["id"],
                "personal_data_category_id": one,
            }
            for row, those in zip(rows, data, strict=True)
            for one in those
        ]
        self._write(TABLES["activity_subject_personal_data"], pairs)


def _far(name: str) -> str:
    """The column of a link table that names the other side."""
    table = TABLES[f"processing_activity_{name}"]
    return next(one.name for one in table.columns if one.name not in {"municipality_id", "processing_activity_id"})


def _search_text(cls: Any, row: Values) -> str:
    words = (row.get(known.key) for known in fields_of(cls) if known.searched)
    return fold(" ".join(str(word) for word in words if word))


def _card(row: Values) -> Values:
    """The shop window card of an application."""
    return {
        "municipality_id": row["municipality_id"], "register": Application.__tablename__, "row_id": row["id"],
        "name": row["name"], "product_id": row["product_id"], "detail": {"status": str(row["status"])},
        "search_text": row["search_text"], "sort_key": row["sort_key"],
    }  # fmt: skip
