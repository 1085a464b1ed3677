"""What is handed to an access point is there whole, once, under its own name; what may not leave never does."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import asyncssh
import pytest

from exchange.ehf import sftp
from exchange.ehf.delivery import Delivered, Place, Undelivered, deliver, folder
from exchange.ehf.sending import Prepared, name_of
from exchange.ehf.sftp import Server, server
from exchange.ehf.validating import Finding, Severity
from models.declare.clock import now
from models.declare.words import Saying
from tests.support.ehf import bill
from tests.support.sftp import PASSWORD, USER, AccessPoint

pytest_plugins = ["tests.support.sftp_fixtures"]
NAME, DOCUMENT = "942402465-380-2026-0017.xml", b"<Invoice>\xc3\xa6</Invoice>\n" * 999
READY = Prepared(NAME, DOCUMENT)
SHA = hashlib.sha256(DOCUMENT).hexdigest()
OTHER = f"{NAME} er levert før med et annet innhold. Lag en kreditnota og en ny faktura."
NOT_READY = f"{NAME} kan ikke sendes før det som er feil, er rettet."
Reached = tuple[AbstractContextManager[Place], Path]


def known(there: AccessPoint) -> Server:
    return Server("127.0.0.1", there.port, USER, "in", there.known_hosts, key=there.key)


@pytest.fixture(params=["folder", "sftp"])
def reached(request: pytest.FixtureRequest, tmp_path: Path) -> Reached:
    """Each way to hand over, and where the documents come to lie."""
    if request.param == "folder":
        return folder(tmp_path), tmp_path
    there: AccessPoint = request.getfixturevalue("access_point")
    return server(known(there)), there.folder / "in"


def held(where: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in where.iterdir() if one.is_file()}


def test_a_document_is_handed_over_whole_and_its_sum_comes_back(reached: Reached) -> None:
    before = now()
    with reached[0] as place:
        done = deliver(READY, place)

    assert held(reached[1]) == {NAME: DOCUMENT}
    assert (done.name, done.sha256, done.is_new, done.at.tzinfo) == (NAME, SHA, True, UTC)
    assert before <= done.at <= now()


def test_the_group_of_the_folder_reads_it_and_nobody_else(tmp_path: Path) -> None:
    with folder(tmp_path) as place:
        deliver(READY, place)

    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o640


def test_sent_again_it_is_no_second_file(reached: Reached) -> None:
    with reached[0] as place:
        first, again = deliver(READY, place), deliver(READY, place)

    assert held(reached[1]) == {NAME: DOCUMENT}
    assert (first.is_new, again.is_new, again.sha256) == (True, False, SHA)


def test_another_document_under_the_same_name_is_refused_and_the_first_stays(reached: Reached) -> None:
    with reached[0] as place:
        deliver(READY, place)
        with pytest.raises(Undelivered, match=OTHER):
            deliver(replace(READY, document=DOCUMENT[:-1]), place)

    assert held(reached[1]) == {NAME: DOCUMENT}


def test_a_file_cut_short_by_another_program_is_refused_too(reached: Reached) -> None:
    (reached[1] / NAME).write_bytes(DOCUMENT[:100])

    with reached[0] as place, pytest.raises(Undelivered, match=OTHER):
        deliver(READY, place)

    assert held(reached[1]) == {NAME: DOCUMENT[:100]}


def test_what_was_collected_since_is_known_and_not_sent_again(reached: Reached) -> None:
    with reached[0] as place:
        first = deliver(READY, place)
        (reached[1] / NAME).unlink()
        again = deliver(READY, place, before=first)
        with pytest.raises(Undelivered, match=OTHER):
            deliver(replace(READY, document=b"<Invoice/>"), place, before=first)
        with pytest.raises(Undelivered):
            deliver(READY, place, before=replace(first, name="other.xml"))

    assert held(reached[1]) == {}
    assert again == replace(first, is_new=False)


@pytest.mark.parametrize(
    "kept",
    [
        Prepared(NAME, b""),
        Prepared(NAME, b"", faults=(Saying("Mangler", {}),)),
        Prepared(NAME, DOCUMENT, faults=(Saying("Mangler", {}),)),
        Prepared(NAME, DOCUMENT, findings=(Finding("BR-01", Severity.FATAL, "Wrong", ""),)),
    ],
)
def test_what_is_wrong_never_leaves_not_even_when_it_did_before(kept: Prepared, tmp_path: Path) -> None:
    with folder(tmp_path) as place:
        for before in (None, Delivered(NAME, now(), SHA, is_new=True)):
            with pytest.raises(Undelivered, match=NOT_READY):
                deliver(kept, place, before)

    assert held(tmp_path) == {}


def test_a_warning_keeps_nothing_back(tmp_path: Path) -> None:
    with folder(tmp_path) as place:
        deliver(replace(READY, findings=(Finding("UBL-CR-679", Severity.WARNING, "Odd", ""),)), place)

    assert held(tmp_path) == {NAME: DOCUMENT}


def test_of_many_at_once_one_makes_the_file(tmp_path: Path) -> None:
    with folder(tmp_path) as place, ThreadPoolExecutor(8) as many:
        done = list(many.map(lambda _: deliver(READY, place).is_new, range(24)))

    assert (held(tmp_path), done.count(True)) == ({NAME: DOCUMENT}, 1)


def test_a_name_is_never_a_way_out_of_the_folder_nor_that_of_another_document() -> None:
    names = [name_of(bill(number=one)) for one in ("../../etc/1", "2026/17", "2026-17", "2026%2F17", ".", "Ø 1")]

    told = ["..%2F..%2Fetc%2F1", "2026%2F17", "2026-17", "2026%252F17", ".", "%C3%98%201"]
    assert names == [f"942402465-380-{one}.xml" for one in told]


# -- what stands in the way --------------------------------------------------------------------------------------------


def failing(number: int) -> Callable[..., None]:
    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fails


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_full_disk_leaves_nothing_and_says_so(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, step, failing(errno.ENOSPC))

    with folder(tmp_path) as place, pytest.raises(Undelivered, match="No space left on device"):
        deliver(READY, place)

    assert held(tmp_path) == {}


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with folder(tmp_path / "gone") as place, pytest.raises(Undelivered) as told:
        deliver(READY, place)

    assert str(told.value) == f"{NAME} kunne ikke legges i mappen for EHF: No such file or directory."


@pytest.fixture
def wrong(access_point: AccessPoint) -> Callable[..., str]:
    """What is said when the server is reached otherwise than it should be."""

    def told(**changes: object) -> str:
        with server(replace(known(access_point), **changes)) as place, pytest.raises(Undelivered) as undelivered:  # type: ignore[arg-type]
            deliver(READY, place)
        assert access_point.names() == []
        return str(undelivered.value)

    return told


def test_a_host_that_shows_another_key_gets_nothing_not_even_the_password(
    access_point: AccessPoint, wrong: Callable[..., str], tmp_path: Path
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    (tmp_path / "others").write_text(f"[127.0.0.1]:{access_point.port} {other}", encoding="ascii")
    (tmp_path / "none").touch()

    told = [wrong(known_hosts=tmp_path / name, key=None, password=PASSWORD) for name in ("others", "none")]

    assert told == ["127.0.0.1 har en annen vertsnøkkel enn den som er registrert. Ingenting er sendt."] * 2
    assert access_point.sign_ins == []


def test_a_wrong_password_key_or_user_is_told_without_telling_it(wrong: Callable[..., str], tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "another"))
    (tmp_path / "no-key").write_text("secret-secret", encoding="ascii")

    told = {
        wrong(key=None, password="secret-secret"), wrong(key=tmp_path / "another"), wrong(key=tmp_path / "no-key"),
        wrong(key=None),
    }  # fmt: skip

    assert told == {f"127.0.0.1 slipper ikke inn brukeren {USER}. Se etter nøkkelen eller passordet."}
    assert "secret-secret" not in repr(Server("a", 22, "b", "c", Path("d"), password="secret-secret"))


def test_a_password_opens_as_well_as_a_key(access_point: AccessPoint) -> None:
    with server(replace(known(access_point), key=None, password=PASSWORD)) as place:
        deliver(READY, place)

    assert access_point.names() == [NAME]


def test_a_folder_that_the_server_has_not_is_told(wrong: Callable[..., str]) -> None:
    assert wrong(folder="nowhere") == f"127.0.0.1 tok ikke imot {NAME}: No such file or directory."


def test_a_server_that_is_not_there_is_told(wrong: Callable[..., str], access_point: AccessPoint) -> None:
    assert wrong(port=1).startswith("127.0.0.1 svarer ikke: ")


def test_a_server_that_says_nothing_is_left(access_point: AccessPoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sftp, "PATIENCE", 0.0)
    with server(known(access_point)) as place, pytest.raises(Undelivered, match=r"127\.0\.0\.1 svarer ikke: "):
        deliver(READY, place)

    assert access_point.names() == []


def test_one_connection_serves_a_run_and_a_refusal_does_not_end_it(access_point: AccessPoint) -> None:
    with server(known(access_point)) as place:
        for number in range(20):
            deliver(replace(READY, name=f"{number}.xml"), place)
        with pytest.raises(Undelivered):
            deliver(replace(READY, name="1.xml", document=b"other"), place)
        deliver(replace(READY, name="last.xml"), place)

    assert len(access_point.names()) == 21
    assert access_point.sign_ins == [USER]


def test_a_connection_that_broke_is_begun_anew(access_point: AccessPoint, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = asyncssh.SFTPClient.rename

    async def broken(self: asyncssh.SFTPClient, *_: object) -> None:
        raise asyncssh.SFTPConnectionLost("gone")

    with server(known(access_point)) as place:
        monkeypatch.setattr(asyncssh.SFTPClient, "rename", broken)
        with pytest.raises(Undelivered, match="gone"):
            deliver(READY, place)
        monkeypatch.setattr(asyncssh.SFTPClient, "rename", rename)
        assert access_point.names() == []
        assert deliver(READY, place).is_new

    assert (access_point.names(), len(access_point.sign_ins)) == ([NAME], 2)
