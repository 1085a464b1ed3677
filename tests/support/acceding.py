"""A municipality on its way in, taken step by step as who leads the project takes them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import select

from models.database import db
from models.declare.acceding import PaperKind, Step
from models.declare.clock import today
from models.registers.accessions import Accession, AccessionPaper
from models.registers.municipality import Municipality
from tests.conftest import inside
from tests.support import attack

PDF = b"%PDF-1.7\nSignert av begge\n%%EOF\n"
CONTACT = {"name": "Kari Nes", "role": "IKT-leder", "email": "kari@larvik.example", "note": "Vi har hastverk."}


def day(ahead: int = 0) -> str:
    return (today() + timedelta(days=ahead)).isoformat()


def ask(app: Any, municipality: str = "Larvik", browser: Any = None, **otherwise: str) -> Any:
    """What a stranger sends, and the answer."""
    given = {
        "municipality": municipality,
        "from": day(40),
        **CONTACT,
        **{k.rstrip("_"): v for k, v in otherwise.items()},
    }
    return (browser or attack.visitor(app)).post("/quote/ask/", data=given)


def found(name: str = "Larvik") -> Accession:
    """The newest accession of a municipality."""
    db.session.rollback()
    return db.session.scalars(select(Accession).where(Accession.name == name).order_by(Accession.id.desc())).first()


def step(name: str = "Larvik") -> tuple[Step, int | None]:
    one = found(name)
    return one.step, one.place_id


def do(browser: Any, does: str, name: str = "Larvik", **given: Any) -> Any:
    """Take a step as the page has it, unless something else is given."""
    one = found(name)
    number, version = one.id, one.version
    db.session.rollback()
    usual: dict[str, dict[str, Any]] = {
        "quote": {"first_day": day(40), "valid_to": day(60), "language": "nb"},
        "papers": {"notice_months": "6", "return_days": "30", "consent": "general", "language": "nb"},
        "send": {"day": day()},
        "sign": {"day": day(), "signed_by": "Ordfører Nes", "paper": "agreement", "file": (BytesIO(PDF), "avtale.pdf")},
        "open": {"first_day": day()},
    }
    told = {"do": does, "version": str(version), **usual.get(does, {}), **given}
    return browser.post(f"/accessions/{number}/", data=told)


def walk(browser: Any, until: str = "open", name: str = "Larvik", **given: Any) -> None:
    """Every step from who has asked up to and with one."""
    for does in ("quote", "papers", "send", "sign", "open"):
        times = [{"paper": paper} for paper in ("agreement", "agreement", "processing", "processing")]
        for more in times if does == "sign" else [{}]:
            answer = do(browser, does, name, **{**more, **(given if does == "quote" else {})})
            assert answer.status_code == 303, (does, answer.get_data(as_text=True))
        if does == until:
            return


def papers(kind: PaperKind, name: str = "Larvik") -> list[AccessionPaper]:
    """The versions of a paper, the oldest first."""
    one = found(name)
    mine = select(AccessionPaper).where(AccessionPaper.accession_id == one.id, AccessionPaper.kind == kind)
    return list(db.session.scalars(mine.order_by(AccessionPaper.number)))


def place(name: str) -> Municipality:
    return db.session.scalars(select(Municipality).where(Municipality.name == name)).one()


def unjoin(name: str) -> None:
    """A municipality that is no member, whatever the facts say."""
    with inside():
        place(name).joined = None
        db.session.commit()
