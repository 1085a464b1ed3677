"""What is measured: pages that are opened and forms that are saved, each asked of everyone who can do it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.bench.data import COMMON, EDITOR, MANAGER, World


@dataclass(frozen=True)
class Bound:
    """What is to be reached: times Django's, times our own list, milliseconds, kilobytes, statements; None is free."""

    django: float | None = None
    lists: float | None = None
    ms: float | None = None
    kb: float | None = None
    statements: int | None = None


@dataclass(frozen=True)
class Work:
    """One page at each server, or, with `changes`, the form there, saved with something written anew."""

    name: str
    paths: dict[str, str]
    who: str = EDITOR
    bound: Bound = field(default_factory=Bound)
    changes: dict[str, str] | None = None
    rows: int | None = None


LIST = "list, one municipality"


TOGETHER = "8 clients at once, a list"


def works(world: World) -> list[Work]:
    return [*_lists(world), *_forms(world), *_saves(world), *_pages(world)]


def together(world: World) -> Work:
    """The list that eight clients ask for at once; half the time is twice the lists a second."""
    return replace(_lists(world)[0], name=TOGETHER, bound=Bound(1 / 8))


def _lists(world: World) -> list[Work]:
    one = world.municipality
    return [
        Work(LIST, _everywhere(
            "application", "/application/", f"?municipality__id__exact={one}",
            f"?flt0_municipality_id_equals={one}", f"/list/?municipality={one}",
        ), bound=Bound(0.20, statements=3), rows=50),
        Work("list over all, by name", _everywhere(
            "application", "/application/?sort=name", "?o=1", "?sort=1", "/list/?sort=name",
        ), MANAGER, Bound(0.30, ms=60, statements=3), rows=50),
        Work("search everything", _everywhere(
            "application", f"/application/?search={COMMON}", f"?q={COMMON}", f"?search={COMMON}",
            f"/list/?search={COMMON}",
        ), MANAGER, Bound(0.10, ms=60, statements=3), rows=50),
    ]  # fmt: skip


def _forms(world: World) -> list[Work]:
    bound = Bound(0.35, kb=60, statements=8)
    return [
        Work("form of an activity", _form("processing-activity", world.activity), bound=bound),
        Work("form of an application", _form("application", world.application), bound=bound),
    ]


def _saves(world: World) -> list[Work]:
    bound = Bound(0.70, statements=15)
    made = {
        "ours": "/application/new/",
        "django": "/admin/djangosite/application/add/",
        "flaskadmin": "/admin/application/new/",
    }
    owner = str(world.municipality)
    return [
        Work("save an activity", _form("processing-activity", world.activity), bound=bound, changes={"purpose": ""}),
        Work("save an application", _form("application", world.application), bound=bound, changes={"description": ""}),
        Work("create an application", made, bound=bound, changes={
            "name": "", "municipality": owner, "municipality_id": owner, "description": "",
        }),
    ]  # fmt: skip


def _pages(world: World) -> list[Work]:
    found = []
    for who, where in ((EDITOR, "one municipality"), (MANAGER, "all municipalities")):
        ms = 60 if who == MANAGER else None
        page, preview = Bound(lists=3, ms=ms, statements=12), Bound(lists=3, ms=ms)
        details = Bound(ms=ms, statements=12)
        start = {"ours": "/", "django": "/admin/"}
        found += [
            Work(f"start page, {where}", start, who, page),
            Work(f"details of an activity, {where}", _details("processing-activity", world.activity), who, details),
            Work(f"details of an application, {where}", _details("application", world.application), who, details),
            Work(f"preview of the protocol, {where}", {"ours": "/reports/behandlingsprotokoll/"}, who, preview),
            Work(f"preview of Utfylling, {where}", {"ours": "/reports/utfylling/"}, who, preview),
        ]
    return found


def _everywhere(register: str, ours: str, django: str, flaskadmin: str, floor: str) -> dict[str, str]:
    return {
        "ours": ours,
        "django": f"/admin/djangosite/{register}/{django}",
        "flaskadmin": f"/admin/{register}/{flaskadmin}",
        "floor": floor,
    }


def _form(register: str, row: int) -> dict[str, str]:
    name = register.replace("-", "")
    return {
        "ours": f"/{register}/edit/?id={row}",
        "django": f"/admin/djangosite/{name}/{row}/change/",
        "flaskadmin": f"/admin/{name}/edit/?id={row}",
    }


def _details(register: str, row: int) -> dict[str, str]:
    """Django has no such page; its form stands for it."""
    return _form(register, row) | {"ours": f"/{register}/details/?id={row}"} | {
        "flaskadmin": f"/admin/{register.replace('-', '')}/details/?id={row}"
    }  # fmt: skip
