"""The guards of merging two rows and of finding what was deleted, each by itself: what no page leads to today."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from models.changes import merging, restoring
from models.changes.merging import APPROVED, ELSEWHERE, ITSELF, Pick
from models.declare.base import Group
from models.declare.choices import CatalogueStatus, RecordStatus
from models.declare.clock import now
from models.registers.architecture import Application
from models.registers.catalogue import Product, Supplier
from models.registers.processing import ProcessingActivity


class Log:
    """A session that knows what was deleted: by the number of a row the one it was merged into, and the rows there."""

    def __init__(self, deleted: dict[int, int | None], there: tuple[int, ...] = ()) -> None:
        self.deleted, self.there, self.asked = deleted, there, 0

    def get(self, _register: type[Any], number: int) -> str | None:
        return f"row {number}" if number in self.there else None

    def found(self, _session: Any, _register: type[Any], number: int) -> Any:
        self.asked += 1
        assert self.asked < 10, "it goes round and round"
        return SimpleNamespace(merged_into=self.deleted[number], row=number) if number in self.deleted else None

    def went(self, monkeypatch: Any, number: int) -> Any:
        monkeypatch.setattr(restoring, "deletion_of", self.found)
        found = restoring.where_it_went(self, Supplier, self.found(self, Supplier, number))
        return getattr(found, "row", found)


@pytest.mark.parametrize(
    ("deleted", "there", "went"),
    [
        ({1: None}, (), None),
        ({1: 2}, (2,), "row 2"),
        ({1: 2, 2: 3}, (3,), "row 3"),
        ({1: 2, 2: None}, (), 2),
        ({1: 2}, (), None),
        ({1: 2, 2: 1}, (), 1),
    ],
    ids=["only deleted", "merged", "merged twice", "deleted after", "forgotten after", "in a ring"],
)
def test_the_way_of_a_deleted_row_ends_somewhere(
    deleted: dict[int, int | None], there: tuple[int, ...], went: Any, monkeypatch: Any
) -> None:
    assert Log(deleted, there).went(monkeypatch, 1) == went


@pytest.mark.parametrize(
    ("register", "snapshot", "status"),
    [
        (Supplier, {"values": {"status": "proposed", "proposed_by": 7}}, (CatalogueStatus.PROPOSED, 7)),
        (Supplier, {"values": {}}, (CatalogueStatus.APPROVED, None)),
        (Supplier, None, (None, None)),
    ],
)
def test_who_may_bring_back_a_proposal_is_asked_of_what_was_kept_of_it(
    register: type[Any], snapshot: Any, status: Any
) -> None:
    row = restoring.probe(register, SimpleNamespace(row_id=3, snapshot=snapshot))

    assert (row.id, row.status, row.proposed_by) == (3, *status)


def test_whose_a_deleted_row_was_is_asked_of_its_entry_alone() -> None:
    owned = restoring.probe(Application, SimpleNamespace(row_id=3, municipality_id=9, snapshot=None))
    shared = restoring.probe(Supplier, SimpleNamespace(row_id=3, snapshot=None))

    kept = restoring.probe(Application, SimpleNamespace(row_id=3, municipality_id=9, snapshot={"values": {}}))

    assert (owned.municipality_id, hasattr(shared, "municipality_id")) == (9, False)
    assert (kept.status, hasattr(kept, "proposed_by")) == (None, False)


@pytest.mark.parametrize(
    ("snapshot", "days", "may"), [({"values": {}}, 29, True), ({"values": {}}, 30, False), (None, 1, False)]
)
def test_what_was_kept_comes_back_while_the_days_last(snapshot: Any, days: int, may: bool) -> None:
    assert restoring.may_come_back(SimpleNamespace(snapshot=snapshot, at=now() - timedelta(days=days))) is may


@pytest.mark.parametrize(
    ("group", "once", "may"),
    [(Group.CATALOGUE, False, True), (Group.CATALOGUE, True, False), (Group.SYSTEM, False, False)],
)
def test_what_is_written_once_and_what_runs_the_system_is_never_merged(group: Group, once: bool, may: bool) -> None:
    register: Any = SimpleNamespace(__written_once__=once, __register__=SimpleNamespace(group=group))

    assert merging.may_merge(register) is may


def test_why_two_cannot_be_one_whatever_is_picked() -> None:
    here, other = Application(name="A", municipality_id=1), Application(name="B", municipality_id=2)
    draft, approved = (
        ProcessingActivity(name=one.value, status=one) for one in (RecordStatus.DRAFT, RecordStatus.APPROVED)
    )
    same = Application(name="C", municipality_id=1, hosting=None)
    pairs = [
        (here, here), (here, other), (here, same), (draft, approved), (approved, draft), (approved, approved),
        (Product(name="P", status=CatalogueStatus.APPROVED), Product(name="Q", status=CatalogueStatus.PROPOSED)),
        (Supplier(name="S", status=CatalogueStatus.PROPOSED), Supplier(name="T", status=CatalogueStatus.APPROVED)),
    ]  # fmt: skip

    found = [merging.refusal(*pair) for pair in pairs]

    assert [one and one.text for one in found] == [
        ITSELF, ELSEWHERE, None, APPROVED, None, ITSELF, None, APPROVED,
    ]  # fmt: skip


def test_a_row_without_a_name_leaves_none_among_the_other_names() -> None:
    kept, gone = Application(name="Gerica", aliases="Pleie"), Application(name="")

    assert merging.names_after(kept, gone, {"aliases": Pick.BOTH}) == "Pleie"
    assert merging.names_after(kept, Application(name="GERICA"), {"aliases": Pick.BOTH}) == "Pleie"
    assert merging.names_after(kept, Application(name="Tieto"), {}) == ""
