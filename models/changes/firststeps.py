"""A municipality that begins: its units and people named in a list, its systems ticked in the common catalogue, its
activities taken from the common templates, and somebody to answer for each field of work. Nothing that is there already
is made again, so every step may be taken once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from models.changes.adopting import adopt
from models.changes.beginning import begun, with_defaults
from models.changes.validity import wrong
from models.declare.base import fields_of
from models.declare.choices import ContactRole
from models.declare.cleaning import line
from models.declare.folding import fold
from models.declare.words import N_, Problem
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate, Product
from models.registers.organisation import ContactPerson, OrganisationalUnit
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import Actor

MOST = 500  # lines of a list, or ticks, at once
TOO_MANY = N_("Det er for mange på én gang. Ta høyst %(most)s om gangen.")


class Refused(Exception):  # noqa: N818 - a problem with what somebody entered, not an error of ours
    """A line says something its form would have refused."""

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(name)
        self.name, self.problem = name, problem


def lines_of(text: str) -> list[str]:
    """The lines of a pasted list that say something, with semicolons for the tabs of a spreadsheet. Raises Problem when
    they are too many."""
    found = [one for one in map(line, text.replace("\t", ";").splitlines()) if one]
    if len(found) > MOST:
        raise Problem(TOO_MANY, most=MOST)
    return found


def units_named(session: Any, names: Iterable[str], actor: Actor) -> list[Any]:
    """Units of these names; of one that is there, none."""
    return [_made(session, OrganisationalUnit, actor, name=name) for name in _new(session, OrganisationalUnit, names)]


def people_told(session: Any, lines: Iterable[str], actor: Actor) -> list[Any]:
    """Contact persons of lines that say a name, and beside it in any turn a title and an e-mail address, with
    semicolons or commas between."""
    said = {name: rest for name, *rest in map(_pieces, lines) if name}
    made = []
    for name in _new(session, ContactPerson, said):
        email = next((one for one in said[name] if "@" in one), None)
        title = next((one for one in said[name] if one != email), None)
        made.append(_made(session, ContactPerson, actor, name=name, email=email, title=title, role=_role(title)))
    return made


def _pieces(text: str) -> list[str]:
    """What stands between semicolons, and where there are none between commas."""
    return [piece.strip() for piece in text.split(";" if ";" in text else ",")]


def _role(title: str | None) -> ContactRole:
    """The role a title tells of, by its name in bokmål or nynorsk."""
    said = fold(title or "")
    known = {
        fold("personvernombud"): ContactRole.DPO,
        fold("personvernombod"): ContactRole.DPO,
        fold("kommunedirektør"): ContactRole.EXECUTIVE,
    }
    if (found := known.get(said)) is not None:
        return found
    leads = any(word in said for word in ("leder", "leiar", "rektor", "sjef", "styrer", "styrar"))
    return ContactRole.UNIT_MANAGER if leads else ContactRole.OTHER


def applications_of(session: Any, products: Sequence[Product], actor: Actor) -> list[Any]:
    """The municipality's own use of these products; of one that is in use, none."""
    used = set(session.scalars(select(Application.product_id).where(Application.product_id.is_not(None))))
    wanted = [one for one in products if one.id is None or one.id not in used]
    return [
        _made(session, Application, actor, name=product.name, product=product, personal_data=product.personal_data)
        for product in wanted
    ]


def products_named(session: Any, names: Iterable[str], actor: Actor) -> list[Product]:
    """The products of these names; those nobody knows are proposed to the catalogue."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(fold(name), name)
    known = {fold(one.name): one for one in session.scalars(select(Product)) if fold(one.name) in wanted}
    return [known.get(key) or _made(session, Product, actor, name=name) for key, name in wanted.items()]


def activities_of(session: Any, templates: Sequence[ProcessingTemplate], *, language: str) -> list[ProcessingActivity]:
    """Drafts of these templates, in the systems that suit each; of a template that was taken, none."""
    taken = set(session.scalars(select(ProcessingActivity.template_id)))
    systems = list(session.scalars(select(Application).where(Application.product_id.is_not(None))))
    made = []
    for template in templates:
        if template.id not in taken:
            row = adopt(session, template, language=language)
            row.applications = [one for one in systems if suits(template, one)]
            made.append(row)
    return made


def suits(template: ProcessingTemplate, application: Application) -> bool:
    """Whether an application is of a kind that activities of a template usually take place in."""
    return application.product is not None and application.product.category in template.product_categories


def answer_for(rows: Iterable[Any], *, unit: Any, person: Any) -> int:
    """Let a unit and a person answer for rows that nobody answers for; gives how many were changed."""
    changed = 0
    for row in rows:
        key = "owner" if isinstance(row, Application) else "responsible"
        lacking = {name: value for name, value in (("unit", unit), (key, person)) if value and not getattr(row, name)}
        for name, value in lacking.items():
            setattr(row, name, value)
        changed += bool(lacking)
    return changed


def _new(session: Any, register: type[Any], names: Iterable[str]) -> Iterator[str]:
    """Those of some names that no row of a register has, each once."""
    known = {fold(name) for name in session.scalars(select(register.name))}
    for name in names:
        if (key := fold(name)) not in known:
            known.add(key)
            yield name


def _made(session: Any, register: type[Any], actor: Actor, **values: Any) -> Any:
    """A new row, in the session. Raises Refused when its form would have refused what it says."""
    row = with_defaults(begun(register, actor))
    with session.no_autoflush:
        session.add(row)
        for key, value in values.items():
            setattr(row, key, value)
        for known in fields_of(register):
            for problem in wrong(row, known) if known.key in values else ():
                raise Refused(values["name"], problem)
    return row
