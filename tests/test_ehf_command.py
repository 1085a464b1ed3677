"""`flask ehf`: what is wrong with files, by rule and place, and handing over those that may leave."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exchange.ehf.ubl import ubl
from tests.support.ehf import bill
from tests.support.ehf_broken import WHOLE
from tests.support.sftp import PASSWORD, USER, AccessPoint
from views import ehf

pytest_plugins = ["tests.support.sftp_fixtures"]
ROOT = Path(__file__).resolve().parents[1]
WARNED = "warning NO-R-002 /Invoice/AccountingSupplierParty/Party: For Norwegian suppliers, most invoice issuers"
NO_ADDRESS = "EHF_TO is a folder, or sftp://user@host:22/folder without a password in it."
R003 = "fatal PEPPOL-EN16931-R003 /Invoice: A buyer reference or purchase order reference MUST be provided."


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """One that keeps to the rules, one that lacks the reference, one of a company, and one that is no invoice."""
    lacking = ubl(bill()).replace(b"<cbc:BuyerReference>4711</cbc:BuyerReference>", b"")
    company = WHOLE["standard"].replace(
        b"<cac:PartyLegalEntity>",
        b"<cac:PartyTaxScheme><cbc:CompanyID>Foretaksregisteret</cbc:CompanyID><cac:TaxScheme><cbc:ID>TAX</cbc:ID>"
        b"</cac:TaxScheme></cac:PartyTaxScheme><cac:PartyLegalEntity>", 1,
    )  # fmt: skip
    made = {"good": ubl(bill()), "lacking": lacking, "company": company, "other": b"Name;Amount\n"}
    for name, content in made.items():
        (tmp_path / f"{name}.xml").write_bytes(content)
    return {name: tmp_path / f"{name}.xml" for name in made}


def run(app: Any, *arguments: str | Path) -> Any:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["ehf", *map(str, arguments)])


def lines(answer: Any) -> list[str]:
    return [line.partition(": ")[2] for line in answer.output.splitlines()]


@pytest.mark.parametrize(
    ("names", "code", "told"),
    [
        (["company"], 0, ["keeps to every rule"]),
        (["good"], 0, [WARNED]),
        (["lacking"], 1, [R003, WARNED]),
        (["company", "lacking"], 1, ["keeps to every rule", R003, WARNED]),
        (["other"], 2, ["fatal XML : The document is not well formed: "]),
        (["lacking", "other", "company"], 2, [R003, WARNED, "fatal XML : The doc", "keeps to every rule"]),
    ],
)
def test_findings_are_printed_and_the_end_says_how_grave(
    app: Any, files: dict[str, Path], names: list[str], code: int, told: list[str]
) -> None:
    answer = run(app, "validate", *[files[name] for name in names])

    found = lines(answer)
    assert (answer.exit_code, len(found)) == (code, len(told))
    assert [line for line, start in zip(found, told, strict=True) if not line.startswith(start)] == []


def test_a_file_that_is_not_there_ends_with_2(app: Any, tmp_path: Path) -> None:
    assert run(app, "validate", tmp_path / "none.xml").exit_code == 2
    assert run(app, "validate").exit_code == 2


def test_rules_that_are_not_there_end_with_2(
    app: Any, files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "EHF_RULES", str(tmp_path))

    answer = run(app, "validate", files["good"])

    assert (answer.exit_code, "The rules could not be asked: " in answer.output) == (2, True)


def test_those_that_may_leave_are_handed_over_and_the_others_told(
    app: Any, files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setitem(app.config, "EHF_TO", str(out))
    sha = hashlib.sha256(files["good"].read_bytes()).hexdigest()

    first, again = (run(app, "deliver", files["good"], files["lacking"]) for _ in range(2))

    assert [one.name for one in out.iterdir()] == ["good.xml"]
    assert [first.exit_code, again.exit_code] == [1, 1]
    assert [line.partition(" 20")[0] for line in lines(first)[3:4]] == ["delivered"]
    assert [line.partition(" 20")[0] for line in lines(again)[3:4]] == ["was there already"]
    assert first.output.splitlines()[3].endswith(f"sha256 {sha}")
    assert first.output.splitlines()[4] == "lacking.xml kan ikke sendes før det som er feil, er rettet."


def test_by_sftp_with_what_is_set_and_no_secret_is_told(
    app: Any, files: dict[str, Path], access_point: AccessPoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"EHF_TO": access_point.address, "EHF_KNOWN_HOSTS": str(access_point.known_hosts)}
    for name, value in {**settings, "EHF_PASSWORD": PASSWORD}.items():
        monkeypatch.setitem(app.config, name, value)

    by_password = run(app, "deliver", files["good"])
    monkeypatch.setitem(app.config, "EHF_PASSWORD", "wrong-secret")
    refused = run(app, "deliver", files["good"])
    monkeypatch.setitem(app.config, "EHF_KEY", str(access_point.key))
    by_key = run(app, "deliver", files["good"])

    assert [one.exit_code for one in (by_password, refused, by_key)] == [0, 1, 0]
    assert access_point.names() == ["good.xml"]
    told = "".join(one.output for one in (by_password, refused, by_key))
    assert [one for one in (PASSWORD, "wrong-secret", "PRIVATE") if one in told] == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "EHF_TO says where invoices go: a folder, or sftp://user@host/folder. Set it."),
        ({"EHF_TO": "/nowhere"}, "EHF_TO is no folder: /nowhere"),
        ({"EHF_TO": "ftp://a@b/c"}, NO_ADDRESS),
        ({"EHF_TO": "sftp://b/c"}, NO_ADDRESS),
        (
            {"EHF_TO": "sftp://a:s3cret@b"},
            "EHF_TO is a folder, or sftp://user@host:22/folder without a password in it.",
        ),
        ({"EHF_TO": "sftp://a@b"}, "EHF_KNOWN_HOSTS is the file with the host key of the access point: set it."),
        (
            {"EHF_TO": "sftp://a@b", "EHF_KNOWN_HOSTS": __file__},
            "EHF_KEY or EHF_PASSWORD says how one signs in at the access point: set one.",
        ),
    ],
)
def test_a_setting_that_is_missing_or_unsafe_is_told_before_anything_is_read(
    app: Any, files: dict[str, Path], settings: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    monkeypatch.setattr(ehf, "findings_of", None)

    answer = run(app, "deliver", files["good"])

    assert (answer.exit_code, answer.output) == (1, f"Error: {told}\n")


def test_the_port_and_folder_of_an_address_are_those_that_are_used(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("exchange.ehf.sftp.server", seen.append)
    for name, value in {"EHF_KNOWN_HOSTS": __file__, "EHF_KEY": "/keys/orden"}.items():
        monkeypatch.setitem(app.config, name, value)

    with app.app_context():
        for address in (f"sftp://{USER}@ap.example:2222/in/ehf", f"sftp://{USER}@ap.example"):
            monkeypatch.setitem(app.config, "EHF_TO", address)
            ehf.access_point()

    assert [(one.host, one.port, one.user, one.folder, str(one.key), one.password) for one in seen] == [
        ("ap.example", 2222, USER, "in/ehf", "/keys/orden", ""),
        ("ap.example", 22, USER, "", "/keys/orden", ""),
    ]


def test_who_serves_does_not_carry_what_sends_and_checks() -> None:
    """Seventeen megabytes of every process."""
    asked = "import app, sys; print(sorted({'flask', 'asyncssh', 'lxml', 'saxonche'} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "['flask']"
