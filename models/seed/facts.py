"""Loads models/facts: adds what is missing, changes nothing that is there. Rows are known by code, name or key."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from models.changes import shipping
from models.changes.adopting import ANSWERED
from models.declare import charging, choices
from models.declare.base import fields_of
from models.declare.choices import Answer, ApplicationKind
from models.declare.criteria import CRITERIA
from models.declare.fields import Kind
from models.declare.selfcost import RateStatus
from models.registers import billing, catalogue, codes, parties, selfcost
from models.registers.municipality import Municipality, MunicipalityCode, Population, Succession
from models.tenancy.log import SharedChange

FACTS = Path(__file__).parents[1] / "facts"
Known = dict[str, Any]
Extra = Callable[[str], dict[str, Any]]

NATURES = {
    "Administrasjon": ApplicationKind.SUPPORT,
    "IKT": ApplicationKind.INFRASTRUCTURE,
    "website-forms": ApplicationKind.WEB,
    "svarut-fiks": ApplicationKind.INTEGRATION,
    "chatbot": ApplicationKind.AI,
    "office-suite": ApplicationKind.SUPPORT,
    "case-archive": ApplicationKind.BUSINESS,
    "payroll-hr": ApplicationKind.BUSINESS,
    "erp": ApplicationKind.BUSINESS,
}


def read_csv(name: str) -> list[dict[str, str]]:
    """The rows of a fact file."""
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_json(name: str) -> Any:
    """The content of a fact file."""
    return json.loads((FACTS / name).read_text(encoding="utf-8"))


def templates() -> list[dict[str, Any]]:
    """What the templates of processing activities say, of every field of work."""
    files = sorted((FACTS / "templates").glob("*.json"))
    return [facts for file in files for facts in read_json(f"templates/{file.name}")]


def is_empty(session: Any) -> bool:
    """Whether no facts have been loaded yet."""
    return session.scalar(select(Municipality.id).limit(1)) is None


def load(session: Any) -> None:
    """Load all facts and commit."""
    with session.no_autoflush:
        lists = {name: _code_list(session, name, cls, extra) for name, (cls, extra) in CODE_LISTS.items()}
        lists["laws"] = _laws(session)
        _add(session, billing.Price, _prices(), lambda row: (row.nature, row.from_inhabitants, row.valid_from))
        _add(session, parties.Party, _parties(), lambda row: (row.name, row.role, row.valid_from))
        _add(session, selfcost.InterestRate, _rates(), lambda row: row.year)
        _municipalities(session)
        suppliers = _add(session, catalogue.Supplier, map(_supplier, read_csv("suppliers.csv")))
        _add(session, catalogue.Product, _products(lists["product_category"], suppliers))
        _templates(session, lists)
    session.commit()


def _name(row: Any) -> Any:
    return row.name


def _add(session: Any, cls: type[Any], wanted: Iterable[dict[str, Any]], key: Callable[[Any], Any] = _name) -> Known:
    """All rows of a class by key, after the missing ones were added."""
    known = {key(row): row for row in session.scalars(select(cls))}
    for values in wanted:
        row = cls(**values)
        if key(row) not in known:
            known[key(row)] = row
            session.add(row)
    return known


def choice(vocabulary: Any, value: str) -> Any:
    """The member of a closed vocabulary with a stored value."""
    return vocabulary(value)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _yes(flag: Any) -> Answer:
    return Answer.YES if str(flag) in {"1", "True"} else Answer.NO


def _filled(row: dict[str, str], *names: str) -> dict[str, str | None]:
    return {name: row[name] or None for name in names}


# --- code lists -------------------------------------------------------------------------------------------------


def _nothing(_extra: str) -> dict[str, Any]:
    return {}


def _needs_law(extra: str) -> dict[str, Any]:
    return {"needs_law": _yes(extra == "law")}


def _needs_safeguards(extra: str) -> dict[str, Any]:
    return {"needs_safeguards": _yes(extra == "guarantees")}


def _vulnerable(extra: str) -> dict[str, Any]:
    return {"vulnerable": _yes(extra == "vulnerable")}


def _special(extra: str) -> dict[str, Any]:
    return {"special": choice(codes.Special, extra.removeprefix("special:") or "none")}


def _uri(extra: str) -> dict[str, Any]:
    return {"uri": extra or None}


def _period(extra: str) -> dict[str, Any]:
    parts = dict(part.split(":", 1) for part in extra.split() if ":" in part)
    return {name: date.fromisoformat(value) for name, value in parts.items()}


CODE_LISTS: dict[str, tuple[type[codes.CodeList], Extra]] = {
    "article_6": (codes.Article6, _nothing),
    "article_9": (codes.Article9, _needs_law),
    "data_subject": (codes.DataSubjectCategory, _vulnerable),
    "personal_data": (codes.PersonalDataCategory, _special),
    "recipient": (codes.RecipientCategory, _nothing),
    "transfer_ground": (codes.TransferGround, _needs_safeguards),
    "security_measure": (codes.SecurityMeasure, _nothing),
    "los_theme": (codes.LosTheme, _uri),
    "kostra_function": (codes.KostraFunction, _period),
    "agreement_type": (codes.AgreementType, _nothing),
    "product_category": (codes.ProductCategory, _nothing),
    "dataset_theme": (codes.DatasetTheme, _uri),
}


def _code_list(session: Any, name: str, cls: type[Any], extra: Extra) -> Known:
    rows = read_csv(f"codes/{name}.csv")
    names = {row["code"]: row["nb"] for row in rows}
    wanted = (
        {
            "code": row["code"], "name": row["nb"], "name_nn": row["nn"] or None, "name_en": row["en"] or None,
            "grouping": names.get(row["group"], row["group"]) or None, "description": row["description_nb"] or None,
            **_filled(row, "description_nn", "description_en"), **extra(row["extra"]),
        }
        for row in rows
    )  # fmt: skip
    return _add(session, cls, wanted, lambda row: row.code)


def _laws(session: Any) -> Known:
    wanted = (
        {
            "code": row["code"], "name": row["title_nb"], "name_nn": row["title_nn"] or None,
            "name_en": row["title_en"] or None, "grouping": row["area"] or None, "url": row["url"] or None,
        }
        for row in read_csv("laws.csv")
    )  # fmt: skip
    return _add(session, codes.Law, wanted, lambda row: row.code)


# --- municipalities and prices ----------------------------------------------------------------------------------


def _prices() -> Iterable[dict[str, Any]]:
    for row in read_csv("prices.csv"):
        yield {
            "nature": choice(choices.PriceKind, row["kind"]), "from_inhabitants": int(row["from_population"]),
            "amount_ore": int(row["amount_ore"]), "note": row["note"] or None,
            "valid_from": _day(row["valid_from"]), "valid_to": _day(row["valid_to"]),
            "charged_to_founders": _yes(row["charged_to_founders"]),
        }  # fmt: skip


def _parties() -> Iterable[dict[str, Any]]:
    for row in read_csv("parties.csv"):
        yield {
            "name": row["name"], "role": choice(charging.PartyRole, row["role"]), "valid_from": _day(row["valid_from"]),
            "vat": choice(charging.VatStatus, row["vat"]) if row["vat"] else None, **_filled(row, "vat_reason", "note"),
        }  # fmt: skip


def _rates() -> Iterable[dict[str, Any]]:
    for row in read_csv("interest_rates.csv"):
        yield {
            "year": int(row["year"]), "percent": Decimal(row["percent"]), "status": choice(RateStatus, row["status"]),
            "source": row["source"], "note": row["note"] or None,
        }  # fmt: skip


def _municipality(row: dict[str, str]) -> dict[str, Any]:
    contact = _filled(
        row, "organisation_number", "region", "postal_address", "postcode", "city", "email", "phone", "website"
    )
    return {
        "name": row["name"], "language": choice(choices.LanguageForm, row["language"]), "founder": _yes(row["founder"]),
        "joined": _day(row["joined"]), "ended": _day(row["ended"]), **contact,
    }  # fmt: skip


def _municipalities(session: Any) -> None:
    rows = read_csv("municipalities.csv")
    by_name = _add(session, Municipality, map(_municipality, rows))
    by_key = {row["key"]: by_name[row["name"]] for row in rows}
    known = {(code.parent.name, code.code, code.valid_from) for one in by_key.values() for code in one.codes}
    for row in read_csv("municipality_codes.csv"):
        owner, start = by_key[row["key"]], date.fromisoformat(row["valid_from"])
        if (owner.name, row["code"], start) not in known:
            owner.codes.append(
                MunicipalityCode(
                    code=row["code"], name=row["name"] or None, valid_from=start, valid_to=_day(row["valid_to"])
                )
            )
    counted = {(one.name, figure.day) for one in by_key.values() for figure in one.populations}
    for row in read_csv("populations.csv"):
        owner, day = by_key[row["key"]], date.fromisoformat(row["date"])
        if (owner.name, day) not in counted:
            owner.populations.append(Population(day=day, inhabitants=int(row["population"]), source=row["source"]))
    session.flush()
    _successions(session, by_key)


def _successions(session: Any, by_key: Known) -> None:
    wanted = (
        {
            "predecessor": by_key[row["from_key"]], "successor": by_key[row["to_key"]], "day": _day(row["date"]),
            "nature": choice(choices.SuccessionKind, row["kind"]), "note": row["note"] or None,
        }
        for row in read_csv("successions.csv")
    )  # fmt: skip
    _add(session, Succession, wanted, lambda row: (row.predecessor.name, row.successor.name, row.day))


# --- catalogue --------------------------------------------------------------------------------------------------


def _supplier(row: dict[str, str]) -> dict[str, Any]:
    return {"name": row["name"], **_filled(row, "organisation_number", "country", "website")}


def _products(categories: Known, suppliers: Known) -> Iterable[dict[str, Any]]:
    for row in read_csv("products.csv"):
        category = categories[row["category"]]
        yield {
            "name": row["name"], "supplier": suppliers.get(row["supplier"]), "category": category,
            "nature": NATURES.get(category.code) or NATURES.get(category.grouping, ApplicationKind.BUSINESS),
            "hosting": choice(choices.Hosting, row["hosting"]), "description": row["description"] or None,
            "personal_data": choice(choices.HeldPersonalData, row["personal_data"]), "website": row["url"] or None,
        }  # fmt: skip


def _templates(session: Any, lists: dict[str, Known]) -> None:
    """The templates that are missing, and those that nobody here has changed as they are shipped now; and of each what
    is shipped, by its key, whatever it is called here."""
    every = select(catalogue.ProcessingTemplate).options(selectinload("*"))
    rows = session.scalars(every).all()
    by_key, by_name = shipping.by_key(session, rows), {row.name: row for row in rows}
    by_people = (SharedChange.register == catalogue.ProcessingTemplate.__tablename__) & SharedChange.actor_id.is_not(
        None
    )
    changed = set(session.scalars(select(SharedChange.row_id).where(by_people)))
    for facts in templates():
        shipped, kept = _template(facts, lists), by_key.get(facts["key"])
        row = by_name.get(facts["title_nb"]) if kept is None else kept.template
        if row is None:
            row = shipped
            session.add(row)
        is_ours = row.id in changed and not shipping.is_as_shipped(row, kept)
        if not is_ours and row is not shipped:
            _bring_up_to(row, shipped)
        session.flush()
        shipping.note(session, facts["key"], row, shipped if is_ours else row, kept)


def _bring_up_to(row: Any, shipped: Any) -> None:
    for field in fields_of(type(row)):
        if _said(row, field) != _said(shipped, field):
            setattr(row, field.key, list(there) if isinstance(there := getattr(shipped, field.key), list) else there)


def _said(row: Any, field: Any) -> Any:
    """A value to be compared: parts by what they say, links whatever their turn."""
    value = getattr(row, field.key)
    if field.kind is Kind.ROWS:
        return [[_said(part, one) for one in fields_of(type(part))] for part in value]
    return {one.id for one in value} if field.kind is Kind.REFERENCES else value


def _template(facts: dict[str, Any], lists: dict[str, Known]) -> catalogue.ProcessingTemplate:
    def codes_of(key: str, name: str) -> list[Any]:
        return [lists[name][code] for code in facts[key]]

    return catalogue.ProcessingTemplate(
        name=facts["title_nb"], name_nn=facts["title_nn"], name_en=facts["title_en"], purpose=facts["purpose_nb"],
        purpose_nn=facts["purpose_nn"], purpose_en=facts["purpose_en"], theme=lists["los_theme"][facts["area"]],
        description=facts["description_nb"], description_nn=facts["description_nn"],
        function=lists["kostra_function"][facts["kostra"]],
        **{key: _yes(facts[key]) for key in (*ANSWERED, "common")},
        **{key: _yes(key in facts["dpia_criteria"]) for key in CRITERIA if key not in {*ANSWERED, "sensitive"}},
        article10=facts["article_10_nb"], article10_nn=facts["article_10_nn"],
        sources=facts["sources_nb"], sources_nn=facts["sources_nn"],
        article6=codes_of("article_6", "article_6"), article9=codes_of("article_9", "article_9"),
        laws=[
            catalogue.TemplateLaw(law=lists["laws"][one["law"]], section=one["section"]) for one in facts["laws"]
        ],
        recipients=codes_of("recipients", "recipient"), measures=codes_of("measures", "security_measure"),
        product_categories=codes_of("product_categories", "product_category"),
        subjects=[
            catalogue.TemplateSubject(
                subject=lists["data_subject"][pair["subject"]],
                personal_data=[lists["personal_data"][code] for code in pair["data"]],
            )
            for pair in facts["subjects"]
        ],
        retention=[
            catalogue.TemplateRetention(
                personal_data=lists["personal_data"][rule["data"]] if rule["data"] else None,
                disposal=choice(choices.Disposal, rule["disposal"]), months=rule["months"], days=rule["days"],
                start=rule["start_nb"], start_nn=rule["start_nn"], basis=rule["basis_nb"], basis_nn=rule["basis_nn"],
            )
            for rule in facts["retention"]
        ],
    )  # fmt: skip


__all__ = ["FACTS", "is_empty", "load", "read_csv", "read_json", "templates"]
