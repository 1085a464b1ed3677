"""The pages of importing: who comes in, whose job it is, where it stands, and what is said when it cannot be."""

from __future__ import annotations

import io
import os
import re
from typing import Any

import pytest
from sqlalchemy import select, update

import models
from exchange import choosing, jobs, preview
from exchange.files import reading
from exchange.out.book import takes_rows
from exchange.taking import EVERYBODYS
from exchange.worker import ImportWorker
from models.database import db
from models.declare.choices import AccessEvent
from models.keeping.progress import Progress
from models.registers.architecture import Application
from models.registers.imports import DONE, LOOKED_AT, REFUSED, WAITING, Import
from models.tenancy import scope
from models.tenancy.accesslog import AccessEntry
from reports.language import translator
from tests.conftest import inside
from tests.support.attack import visitor
from tests.test_opened_in import choose, in_both
from tests.test_registers import As
from views import storing
from views.pages import importing

SHEET = "Navn;Antall brukere\nKalender;12\nTimeplan;mange\n"


def send(browser: Any, content: str | bytes = SHEET, register: str = "application", name: str = "ark.csv") -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return browser.post(f"/imports/from/{register}/", data={"file": (io.BytesIO(data), name)})


def job_of(answer: Any) -> str:
    assert answer.status_code == 303
    return str(answer.location).removesuffix("columns/")


def stored() -> list[Any]:
    db.session.rollback()
    with scope.use(EVERYBODYS):
        found = list(db.session.scalars(select(Import).order_by(Import.id)))
        for one in found:
            assert one.seen is not None  # which is read when it is asked for
            db.session.expunge(one)
        return found


def work(app: Any) -> bool:
    with app.app_context():
        files, progress = storing.imports(), Progress(storing.imports().folder.with_name("progress"))
        done = ImportWorker(db.session(), progress, files, alone=True).once()
        db.session.remove()
        return done


@pytest.mark.parametrize("name", ["kari", "lars", "siri", "per"])
def test_the_door_of_every_register_is_open_to_who_may_change_rows_there(as_: As, name: str) -> None:
    browser = as_(name)
    lists = [
        one for one in models.REGISTERS if browser.get(f"/{one.__tablename__.replace('_', '-')}/").status_code == 200
    ]

    for register in lists:
        page = browser.get(f"/{register.__tablename__.replace('_', '-')}/").get_data(as_text=True)
        is_offered = f"/imports/from/{register.__tablename__}/" in page
        status = browser.get(f"/imports/from/{register.__tablename__}/").status_code
        assert (status == 200) is is_offered, register
        assert takes_rows(register) or status == 403


def test_a_file_becomes_rows_when_it_is_asked_for_and_not_before(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    page = kari.get(job).get_data(as_text=True)
    with inside("Tinn"):
        before = list(db.session.scalars(select(Application.name)))

    asked = kari.post(job, data={"shown": "0", "row": "0", "do": "1"})
    waiting = kari.get(job).get_data(as_text=True)
    told = kari.get("/imports/now/").json
    did = work(app)

    assert "1 rad kan importeres." in page
    assert "Kalender" not in before
    assert (asked.status_code, did) == (303, True)
    assert "Importen pågår" in waiting
    assert [one["step"] for one in told.values()] == ["Venter på tur"]
    with inside("Tinn"):
        assert "Kalender" in list(db.session.scalars(select(Application.name)))
        log = db.session.scalars(select(AccessEntry).where(AccessEntry.event == AccessEvent.IMPORT)).all()
        assert [(one.actor_name, one.subject, one.selection, one.rows) for one in log] == [
            ("Kari Test", "Applikasjoner", "ark.csv", 1)
        ]
    ended = kari.get(job).get_data(as_text=True)
    assert "1 rad er ny." in ended
    assert "1 rad ble ikke importert" in ended
    assert "Importert" in kari.get("/imports/").get_data(as_text=True)


def test_what_is_sent_twice_is_done_once(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    form = {"shown": "0", "row": "0", "do": "1"}

    answers = [kari.post(job, data=form), kari.post(job, data=form)]

    assert [one.status_code for one in answers] == [303, 409]
    assert jobs.ASKED_BEFORE in answers[1].get_data(as_text=True)
    assert [work(app), work(app)] == [True, False]


def test_the_job_of_somebody_else_is_nowhere(as_: As) -> None:
    job = job_of(send(as_("kari")))
    lars = as_("lars")

    answers = [lars.get(job), lars.get(f"{job}columns/"), lars.get(f"{job}left-out/"), lars.post(job, data={"do": "1"})]

    assert [one.status_code for one in answers] == [404] * 4
    assert "ark.csv" not in lars.get("/imports/").get_data(as_text=True)
    assert [one.state for one in stored()] == [LOOKED_AT]


def test_in_another_municipality_it_is_said_to_be_elsewhere(as_: As) -> None:
    in_both()
    kari = as_("kari")
    choose(kari, "Tinn")
    job = job_of(send(kari))
    choose(kari, "Seljord")
    kari.get("/help/")

    answers = [kari.get(job), kari.get(f"{job}left-out/"), kari.post(job, data={"do": "1"})]

    said = translator("nn")(jobs.ELSEWHERE)  # as it is written in Seljord
    assert [(one.status_code, said in one.text) for one in answers] == [(409, True)] * 3
    assert [one.state for one in stored()] == [LOOKED_AT]


def test_who_works_in_several_municipalities_at_once_is_asked_to_choose_one_first(as_: As) -> None:
    in_both()
    kari, content = as_("kari"), {"file": (io.BytesIO(SHEET.encode()), "ark.csv")}
    kari.post("/municipality/", data={"municipality": ""})

    answers = [kari.get("/imports/from/application/"), kari.post("/imports/from/application/", data=content)]

    assert [(one.status_code, one.location) for one in answers] == [(302, "/application/")] * 2
    assert ("Velg en kommune øverst først" in kari.get("/application/").text, stored()) == (True, [])


def test_a_file_that_is_another_by_now_is_refused(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    place = storing.imports().place(stored()[0].stored)
    place.write_text("Navn\nNoe annet\n")

    answer = kari.get(f"{job}columns/")

    assert (answer.status_code, jobs.GONE in answer.get_data(as_text=True)) == (409, True)


def test_a_file_is_looked_into_once_and_again_when_what_was_found_is_swept_away(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    run = reading.subprocess.run
    monkeypatch.setattr(reading.subprocess, "run", lambda given, **more: looked.append(given[-1]) or run(given, **more))
    kari = as_("kari")
    job = job_of(send(kari))

    pages = [kari.get(f"{job}columns/").text for _time in range(2)]
    folder, name = storing.imports().folder, stored()[0].stored
    for one in folder.iterdir():
        os.utime(one, (0, 0))
    storing.imports().sweep(preview.names({name}))
    is_swept = not (folder / f"{name}.lines").exists()
    pages.append(kari.get(f"{job}columns/").text)

    assert (looked, is_swept) == (["ark.csv"] * 2, True)
    assert [re.findall('class="samples">(.*?)<', one) for one in pages] == [["Kalender · Timeplan", "12 · mange"]] * 3


def test_what_was_found_in_a_file_is_not_kept_where_it_is_too_much(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_KEPT", 10)
    kari = as_("kari")

    job = job_of(send(kari))

    name, page = stored()[0].stored, kari.get(f"{job}columns/")
    assert (page.status_code, "Kalender · Timeplan" in page.text) == (200, True)
    assert not [one.name for one in storing.imports().folder.iterdir() if "lines" in one.name and name in one.name]


def test_a_column_that_says_something_far_down_is_shown_by_that_and_not_taken_for_empty(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "LOOKED_AT", 2)
    rows = "".join(f"Fag {one};;{f'sent{one}' if one > 3 else ''}\n" for one in range(6))
    kari = as_("kari")
    job = job_of(send(kari, f"Navn;Tomt;Ukjent ord\n{rows}"))

    page = kari.get(f"{job}columns/").text

    assert re.findall('class="samples">(.*?)<', page) == ["sent4", "Fag 0 · Fag 1 · Fag 2"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Filen er tom."), (b"%PDF-1.7", "Filen er en PDF"), (b"PK\x03\x04rest", "Filen er skadet")],
)
def test_a_file_that_cannot_be_read_is_refused_at_the_field_and_not_kept(as_: As, content: bytes, said: str) -> None:
    kari = as_("kari")
    before = set(storing.imports().names())

    answer = send(kari, content, name="ark.xlsx")

    assert (answer.status_code, said in answer.get_data(as_text=True)) == (422, True)
    assert (stored(), set(storing.imports().names())) == ([], before)


def test_the_form_of_a_sheet_takes_more_than_others_and_only_from_who_is_signed_in(
    app: Any, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari, much = as_("kari"), b"\x89PNG" + bytes(200_000)
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)

    mine, nobody = send(kari, much), send(visitor(app), much)

    assert (mine.status_code, "Filen er et bilde" in mine.text, nobody.status_code) == (422, True, 413)


def test_a_file_that_is_too_large_is_said_on_the_same_form_and_not_kept(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_BYTES", 1000)
    monkeypatch.setattr(importing, "AROUND", 1000)
    kari, before = as_("kari"), set(storing.imports().names())
    content = io.BytesIO(bytes(5000))

    answer = kari.post("/imports/from/application/", data={"file": (content, "ark.csv")})
    form = kari.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/imports/from/application/?too_large=1")
    assert (form.status_code, 'id="file-error" role="alert"' in form.text) == (422, True)
    assert "Del den i flere filer, eller lagre bare arket som trengs som CSV" in form.text
    assert (stored(), set(storing.imports().names())) == ([], before)


@pytest.mark.parametrize(("sent", "read"), [(5000, 5000), (9000, 7000)], ids=["all of it", "up to a bound"])
def test_what_is_still_on_its_way_of_a_file_that_is_too_large_is_thrown_away(
    as_: As, monkeypatch: pytest.MonkeyPatch, sent: int, read: int
) -> None:
    for name, value in (("MOST_BYTES", 1000), ("AROUND", 1000), ("MOST_THROWN", 7000)):
        monkeypatch.setattr(importing, name, value)
    stream = io.BytesIO(bytes(sent))

    answer = as_("kari").post(
        "/imports/from/application/", input_stream=stream, content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(sent)}, csrf=False,
    )  # fmt: skip

    assert (answer.status_code, stream.tell()) == (303, read)


def test_what_is_too_large_and_no_file_is_said_as_everywhere(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))

    answer = kari.post(job, data={"kind": "x" * 3_000_000})

    assert (answer.status_code, "Kort ned teksten" in answer.text) == (413, True)


def test_a_form_without_a_file_and_a_column_that_is_none_are_refused(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))

    empty = kari.post("/imports/from/application/")
    strange = kari.post(f"{job}columns/", data={"look": "1", "column-0": "municipality_id"})

    assert (empty.status_code, "Velg en fil først." in empty.get_data(as_text=True)) == (422, True)
    assert strange.status_code == 400


@pytest.mark.parametrize(
    "path", ["/imports/999999999999999999999/", "/imports/1/", "/imports/from/nowhere/", "/imports/1/left-out/"]
)
def test_what_is_nowhere_is_not_found(as_: As, path: str) -> None:
    assert as_("kari").get(path).status_code == 404


def test_strange_words_in_addresses_and_forms_are_let_be(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))

    pages = [kari.get(f"{job}?{one}") for one in ("page=-1", "page=²", "page=999", "kind=%00", "kind=none")]
    posted = kari.post(job, data={"shown": "0,x,²,99999", "row": ["²", "77", "-1"], "page": "x", "kind": "//evil"})
    sheets = [kari.get(f"{job}columns/?sheet={one}") for one in ("-1", "99", "x", "9" * 30)]

    assert {one.status_code for one in [*pages, *sheets]} == {200}
    assert (posted.status_code, posted.location.startswith(job)) == (303, True)
    assert [one.chosen["without"] for one in stored()] == [[0]]


def test_the_columns_can_be_chosen_anew_and_two_for_one_field_are_refused(as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari, "Navn;Ord\nKalender;fine\n"))

    twice = kari.post(f"{job}columns/", data={"look": "1", "column-0": "name", "column-1": "name"})
    chosen = kari.post(f"{job}columns/", data={"look": "1", "column-0": "name", "column-1": "description"})

    assert (twice.status_code, "To kolonner er koblet til «Navn»." in twice.get_data(as_text=True)) == (422, True)
    assert chosen.status_code == 303
    assert "fine" in kari.get(job).get_data(as_text=True)


def test_what_is_asked_for_while_its_rows_are_looked_at_again_stays_as_it_was_asked_for(
    as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    kari, look = as_("kari"), preview.look
    job = job_of(send(kari))
    before = stored()[0].seen

    def slowly(*given: Any) -> Any:
        found = look(*given)
        with scope.use(EVERYBODYS):
            db.session.execute(update(Import).values(state=WAITING))
            db.session.commit()
        return found

    monkeypatch.setattr(preview, "look", slowly)
    answer = kari.post(f"{job}columns/", data={"look": "1", "column-1": "#skip"})

    assert (answer.status_code, jobs.ASKED_BEFORE in answer.text) == (422, True)
    assert [(one.state, one.seen) for one in stored()] == [(WAITING, before)]


def test_what_was_not_done_can_be_looked_at_anew(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    kari.post(job, data={"shown": "0", "row": "0", "do": "1"})
    kari.post("/application/new/", data={"name": "Kalender"})
    with scope.use(EVERYBODYS):
        row = db.session.get(Import, stored()[0].id)
        row.state, row.said = REFUSED, "Noe er endret."
        db.session.commit()

    ended = kari.get(job).get_data(as_text=True)
    again = kari.post(job, data={"again": "1"})

    assert "Noe er endret." in ended
    assert again.status_code == 303
    assert [one.state for one in stored()] == [REFUSED, LOOKED_AT]
    assert kari.get(again.location).status_code == 200


def test_a_cell_that_names_a_row_of_others_is_as_unknown_as_one_that_is_nowhere(as_: As) -> None:
    with inside("Seljord"):
        other = db.session.scalars(select(Application)).first()
        assert other is not None
        number, name = other.id, other.name
    kari = as_("kari")

    said = []
    for one in (number, 987654):
        job = job_of(send(kari, f"Orden-nummer;Navn\n{one};Mitt\n"))
        told = re.findall('<p class="problem">(.*?)</p>', kari.get(job).text)
        said.append(told)
        file = kari.get(f"{job}left-out/")
        assert name.encode() not in file.data

    assert (said[0], len(said[0])) == (said[1], 1)


def test_what_did_not_go_in_is_told_as_long_as_the_job_and_in_the_words_of_then(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    kari.post(job, data={"shown": "0", "row": "0", "do": "1"})
    work(app)
    name = stored()[0].stored
    folder = storing.imports().folder
    for one in folder.iterdir():
        os.utime(one, (0, 0))

    storing.imports().sweep(preview.names({name}))
    first = kari.get(job).text
    (folder / f"{name}.nb").unlink()
    second = kari.get(job).text

    assert sorted(one.name for one in folder.iterdir()) == [name]
    assert ["Skriv et helt tall" in one for one in (first, second)] == [True, False]
    assert ["1 rad ble ikke importert" in one for one in (first, second)] == [True, True]


def test_done_jobs_keep_their_counts_and_are_not_looked_at_again(app: Any, as_: As) -> None:
    kari = as_("kari")
    job = job_of(send(kari))
    kari.post(job, data={"shown": "0", "row": "0", "do": "1"})

    work(app)
    again = kari.post(job, data={"again": "1"})

    assert (again.status_code, jobs.ASKED_BEFORE in again.text) == (409, True)
    assert [(one.state, one.counts["new"]) for one in stored()] == [(DONE, 1)]
