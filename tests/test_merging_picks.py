"""What is picked when two rows become one, where the old number leads, and what the history tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from models.database import db
from models.registers.architecture import Application
from models.registers.catalogue import Supplier
from models.registers.codes import Law
from models.registers.organisation import OrganisationalUnit
from models.registers.processing import LegalReference, ProcessingActivity
from tests.conftest import inside
from tests.support.merging import fetched, made, merge, message, two, undo, versions
from tests.test_forms import reread
from tests.test_history import changes
from tests.test_registers import As, address

# -- what is picked ----------------------------------------------------------------------------------------------------


def test_until_somebody_picks_what_says_something_wins_and_links_of_both_are_kept(as_: As) -> None:
    units = two(OrganisationalUnit)
    kept, gone = made(
        Application,
        {"name": "Ene", "notes": "Vårt", "unit_id": units[0]},
        {"name": "Andre", "notes": "Deres", "version_name": "3"},
    )
    with inside("Tinn"):
        for one, number in ((kept, 0), (gone, 1)):
            db.session.get(Application, one).used_by = [db.session.get(OrganisationalUnit, units[number])]
        db.session.commit()

    done = merge(as_("kari"), Application, kept, gone)

    assert done.status_code == 303
    row = fetched(Application, kept)
    assert (row.name, row.notes, row.version_name, row.unit_id) == ("Ene", "Vårt", "3", units[0])
    assert reread(row, "used_by") == [["Den ene", "Den andre"]]


def test_what_is_picked_is_what_stands_and_the_other_name_is_still_found(as_: As) -> None:
    kari = as_("kari")
    kept, gone = made(Application, {"name": "Ene", "aliases": "Eine"}, {"name": "Andre", "notes": "Deres"})

    merge(kari, Application, kept, gone, **{"pick-name": "gone", "pick-notes": "kept"})

    assert reread(fetched(Application, kept), "name", "notes", "aliases") == ["Andre", None, "Eine, Ene"]
    assert "Andre" in kari.get(address(Application, search="Ene")).text


@pytest.mark.parametrize(
    ("pick", "sections"), [("both", ["1", "2", "3"]), ("kept", ["1", "2"]), ("gone", ["2", "3"])], ids=str
)
def test_parts_come_from_both_or_one_and_none_stands_twice(
    pick: str, sections: list[str], as_on: As, engine_app: Any
) -> None:
    kept, gone = two(ProcessingActivity)
    with inside("Tinn"), db.session.no_autoflush:
        law = db.session.scalars(select(Law)).first()
        for one, mine in ((kept, "12"), (gone, "23")):
            db.session.get(ProcessingActivity, one).laws = [LegalReference(law=law, section=number) for number in mine]
        db.session.commit()
    kari = as_on("kari")

    done = merge(kari, ProcessingActivity, kept, gone, **{"pick-laws": pick})
    after = _sections(kept)
    back = undo(kari, fetched(ProcessingActivity, kept))

    assert (done.status_code, after, back.status_code) == (303, sections, 303), message(back)
    assert (_sections(kept), _sections(gone)) == (["1", "2"], ["2", "3"])


def _sections(row_id: int) -> list[str]:
    with inside("Tinn"):
        return sorted(part.section for part in db.session.get(ProcessingActivity, row_id).laws)


def test_what_only_one_may_have_goes_from_the_one_to_the_other_and_back(as_on: As, engine_app: Any) -> None:
    per = as_on("per")
    kept, gone = made(Supplier, {"name": "Ene"}, {"name": "Andre", "organisation_number": "974760673"})

    done = merge(per, Supplier, kept, gone)
    after = fetched(Supplier, kept).organisation_number
    back = undo(per, fetched(Supplier, kept))

    assert (done.status_code, after, back.status_code) == (303, "974760673", 303), message(back)
    assert [fetched(Supplier, one).organisation_number for one in (kept, gone)] == [None, "974760673"]


def test_a_row_that_points_at_the_one_that_goes_does_not_point_at_itself(as_: As) -> None:
    kari = as_("kari")
    kept, gone = two(OrganisationalUnit)
    with inside("Tinn"):
        db.session.get(OrganisationalUnit, kept).parent_unit_id = gone
        db.session.commit()

    done = merge(kari, OrganisationalUnit, kept, gone)

    assert (done.status_code, fetched(OrganisationalUnit, kept).parent_unit_id) == (303, None)
    assert undo(kari, fetched(OrganisationalUnit, kept)).status_code == 303
    assert fetched(OrganisationalUnit, kept).parent_unit_id == gone


def test_the_page_shows_what_differs_and_folds_what_does_not(as_: As) -> None:
    kept, gone = made(Application, {"name": "Ene", "notes": "Likt"}, {"name": "Andre", "notes": "Likt"})

    page = as_("kari").get(address(Application, "merge/", id=kept, other=gone)).text

    assert [one in page for one in ('name="pick-name"', 'name="pick-notes"', 'name="pick-status"')] == [
        True,
        False,
        False,
    ]
    assert "felt er like i begge" in page


# -- where the old number leads, and what the history tells ------------------------------------------------------------


def test_the_old_number_leads_to_what_is_there_now_however_many_times_it_was_merged(as_: As) -> None:
    kari = as_("kari")
    ids = made(Application, *[{"name": f"Nr {one}"} for one in range(3)])
    merge(kari, Application, ids[1], ids[0])
    merge(kari, Application, ids[2], ids[1])

    doors = {
        door: kari.get(address(Application, f"{door}/", id=ids[0])).location
        for door in ("details", "edit", "delete", "history")
    }
    page = kari.get(address(Application, "details/", id=ids[0]), follow_redirects=True).text

    assert doors == {
        "details": address(Application, "details/", id=ids[2]),
        "edit": address(Application, "edit/", id=ids[2]),
        "delete": address(Application, "details/", id=ids[2]),
        "history": address(Application, "deleted/", id=ids[0]),
    }
    assert "«Nr 0» er slått sammen med «Nr 2». Du er ført dit." in page


def test_a_chain_that_ends_in_a_deleted_row_leads_to_its_page(as_: As) -> None:
    kari = as_("kari")
    ids = two()
    merge(kari, Application, *ids)
    with inside("Tinn"):
        db.session.delete(db.session.get(Application, ids[0]))
        db.session.commit()

    assert kari.get(address(Application, "details/", id=ids[1])).location == address(Application, "deleted/", id=ids[0])


def test_who_was_writing_in_the_row_is_told_where_it_went(as_: As) -> None:
    kari, ids = as_("kari"), two()
    form = kari.get(address(Application, "edit/", id=ids[1]))
    merge(as_("lars"), Application, *ids)

    answer = kari.post(address(Application, "edit/", id=ids[1]), data={"name": "Skrevet"})

    assert (form.status_code, answer.status_code) == (200, 409)
    assert all(one in answer.text for one in ("Slått sammen med en annen rad", "Skrevet", ">Den ene</a>"))


def test_the_history_tells_of_it_as_one_event_and_leads_to_what_the_other_was(as_: As) -> None:
    kari = as_("kari")
    kept, gone = two()
    with inside("Tinn"):
        db.session.get(Application, gone).notes = "Endret før"
        db.session.commit()
    merge(kari, Application, kept, gone)

    page = kari.get(address(Application, "history/", id=kept)).text
    old = kari.get(address(Application, "history/", id=gone), follow_redirects=True).text

    mine = [one for one in changes(fetched(Application, kept)) if one.request_id]
    assert mine[0].action == "merged"
    assert len({one.request_id for one in mine}) == 1
    assert all(one in page for one in ("Slått inn i denne", address(Application, "history/", id=gone)))
    assert all(one in old for one in ("Endret før", "Slått sammen", ">Den ene</a>"))


def test_half_of_it_is_not_taken_back(as_: As) -> None:
    kari = as_("kari")
    ids = two()
    with inside("Tinn"):
        dataset = first_dataset(ids[1])
    merge(kari, Application, *ids)
    entry = next(one for one in changes(fetched(Application, ids[0])) if one.action == "merged")

    answer = kari.post(f"/changes/undo/content/{entry.id}/")

    assert (answer.status_code, "Angre hele hendelsen" in message(answer)) == (409, True)
    assert [str(one) for one in reread(dataset, "applications")[0]] == ["Den ene"]


def test_what_was_parted_again_is_merged_anew_and_not_by_taking_back(as_: As) -> None:
    kari, ids = as_("kari"), two()
    merge(kari, Application, *ids)
    parted = undo(kari, fetched(Application, ids[0]))
    assert parted.status_code == 303, message(parted)

    again = undo(kari, fetched(Application, ids[0]))
    anew = merge(kari, Application, *ids)

    assert (again.status_code, "på nytt" in message(again), anew.status_code) == (409, True, 303)


def test_one_that_was_merged_is_brought_back_from_the_trash_as_it_was(as_: As) -> None:
    kari, ids = as_("kari"), two()
    with inside("Tinn"):
        dataset = first_dataset(ids[1])
    merge(kari, Application, *ids)

    back = kari.post(address(Application, "restore/"), data={"id": ids[1]})

    assert (back.status_code, back.location) == (303, address(Application, "details/", id=ids[1]))
    assert kari.get(address(Application, "details/", id=ids[1])).status_code == 200
    assert reread(dataset, "applications") == [["Den ene"]]


def test_other_names_that_do_not_fit_are_told_of(as_: As) -> None:
    kept, gone = made(Application, {"name": "Ene", "aliases": "a" * 298}, {"name": "Andre"})

    answer = merge(as_("kari"), Application, kept, gone)

    assert (answer.status_code, "Andre navn" in message(answer), versions(Application, kept, gone)) == (
        422,
        True,
        [1, 1],
    )


def test_other_names_that_do_not_fit_are_told_of_before_anybody_presses(as_: As) -> None:
    kari, pairs = as_("kari"), []
    for number, name in enumerate(("a" * 290, "b" * 297)):
        pairs.append(made(Application, {"name": f"Ene {number}", "aliases": name}, {"name": f"Andre {number}"}))

    fits, too_long = (kari.get(address(Application, "merge/", id=kept, other=gone)) for kept, gone in pairs)

    assert (fits.status_code, "Med navnene på begge" in message(fits)) == (200, False)
    assert (too_long.status_code, message(too_long).partition("Med navnene")[2][:55]) == (
        200,
        " på begge blir dette 306 tegn, og det er plass til 300.",
    )


def first_dataset(application: int) -> Any:
    from models.registers.data import Dataset

    row = db.session.scalars(select(Dataset)).first()
    row.applications = [db.session.get(Application, application)]
    db.session.commit()
    db.session.refresh(row)
    db.session.expunge(row)
    return row
