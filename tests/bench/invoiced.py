"""All municipalities invoiced: the page that shows what a year comes to, and the run made, approved, issued and written
as the Excel basis and as one zip with each invoice on paper and in EHF, in a process of its own."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tests.bench.data import MANAGER, PASSWORD, ROOT, World
from tests.bench.exports import peak_mb

YEAR = 2026
BUDGETS = {"preview": 2.0, "run": 60.0}  # seconds


@dataclass(frozen=True)
class Invoiced:
    """How many were invoiced, the seconds of the page and of each step of the run, and the peak memory."""

    documents: int
    in_ehf: int
    preview: float
    steps: dict[str, float]
    peak_mb: float
    zip_mb: float

    @property
    def run(self) -> float:
        return sum(self.steps.values())


def run(world: World) -> Invoiced:
    command = [sys.executable, "-m", "tests.bench.invoiced"]
    asked = json.dumps(asdict(world))
    done = subprocess.run(command, cwd=ROOT, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return Invoiced(**json.loads(done.stdout.splitlines()[-1]))


def lines(found: Invoiced) -> list[str]:
    """What is printed of it."""
    steps = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.steps.items())
    return [
        f"  {found.documents} municipalities invoiced, previewed in {found.preview:.2f} s "
        f"(at most {BUDGETS['preview']:g} s)",
        f"  {found.documents} municipalities invoiced, run and written in {found.run:.2f} s "
        f"(at most {BUDGETS['run']:g} s): {steps}; {found.in_ehf} in EHF, {found.peak_mb:.0f} MB, "
        f"a zip of {found.zip_mb:.1f} MB",
    ]


def main() -> None:
    world = World(**json.load(sys.stdin))
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0"}
    from app import create_app
    from models.database import db

    app = create_app({"DATABASE_URL": world.app_url})
    logging.disable(logging.INFO)  # our own request log
    with app.app_context():
        furnish(db.session)
    print(json.dumps(asdict(measured(app))))


def everywhere(session: Any, user_id: int) -> Any:
    from models.registers.municipality import all_ids
    from models.tenancy import scope

    session.rollback()
    ids = all_ids(session)
    session.rollback()
    return scope.use(replace(scope.of(ids, user_name=f"Nr. {user_id}"), user_id=user_id))


def furnish(session: Any) -> None:
    """All are members with an address and a reference; one issues."""
    from sqlalchemy import select

    from models.declare.charging import KidKind, PartyRole, VatStatus
    from models.registers.municipality import Municipality
    from models.registers.parties import Party, party_on

    with everywhere(session, 1):
        issuer = party_on(session, PartyRole.ISSUER, date(YEAR, 11, 30))
        issuer = issuer or Party(name="Utsteder", role=PartyRole.ISSUER, valid_from=date(2018, 1, 1))
        issuer.organisation_number, issuer.account, issuer.vat = "999999999", "12345678903", VatStatus.OUTSIDE
        issuer.kid, issuer.postcode, issuer.city = KidKind.MOD10, "3616", "Kongsberg"
        session.add(issuer)
        for one in session.scalars(select(Municipality).where(Municipality.ended.is_(None))):
            one.joined = one.joined or date(YEAR, 1, 1)
            one.organisation_number = one.organisation_number or "999999999"
            one.postcode, one.city, one.invoice_reference = "3660", "Rjukan", f"REF-{one.id}"
        session.commit()


def measured(app: Any) -> Invoiced:
    from exchange import invoices as files
    from models.database import db
    from models.money import runs
    from models.registers.invoices import documents_of
    from reports.language import translator
    from tests.bench import forms

    client = app.test_client()
    sent = forms.read(client.get("/sign-in/").text)
    client.post("/sign-in/", data=dict(forms.changed(sent, {"email": MANAGER, "password": PASSWORD})))
    client.get("/invoicing/")  # what a process does once
    begun = time.perf_counter()
    page = client.get(f"/invoicing/preview/?year={YEAR}")
    preview = time.perf_counter() - begun
    if page.status_code != 200:
        raise SystemExit(f"The preview answered {page.status_code}.")
    steps: dict[str, float] = {}

    def took(name: str, what: Any) -> Any:
        start = time.perf_counter()
        done = what()
        steps[name] = time.perf_counter() - start
        return done

    with app.app_context():
        with everywhere(db.session, 1):
            number = took("make", lambda: runs.make(db.session, YEAR)).id
        with everywhere(db.session, 2):
            took("approve", lambda: runs.approve(db.session, number))
        with everywhere(db.session, 1):
            made = took("issue", lambda: runs.issue(db.session, number, translator))
            documents, book, bundle = documents_of(db.session, made), io.BytesIO(), io.BytesIO()
            kept = files.Files(documents, "nb", "x", {})
            took("Excel", lambda: files.write(kept, files.XLSX, book))
            took("zip", lambda: files.write(kept, files.ZIP, bundle))
            return Invoiced(len(documents), _in_ehf(bundle), preview, steps, peak_mb(), len(bundle.getvalue()) / 2**20)


def _in_ehf(bundle: io.BytesIO) -> int:
    import zipfile

    with zipfile.ZipFile(bundle) as held:
        return sum(name.startswith("ehf/") and name.endswith(".xml") for name in held.namelist())


if __name__ == "__main__":
    main()
