"""A thousand rows changed in one go, with history: our own page against an action of Django's admin that saves each."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode

from sqlalchemy import Engine, create_engine, text

from tests.bench import forms
from tests.bench.data import EDITOR, World
from tests.bench.measure import Browsers, Measured, Say
from tests.bench.serving import Client, Server
from tests.bench.works import Bound, Work

ROWS, ROUNDS = 1_000, 5
STATUSES = ("retired", "in_use")  # in turns, so that every round changes every row
DOING, WHOLE = f"{ROWS} rows changed at once", f"{ROWS} rows looked at and changed at once"


def run(servers: dict[str, Server], world: World, rounds: int, say: Say) -> list[Measured]:
    """Round by round: the change alone, and with the page before it that shows what each row becomes."""
    engine = create_engine(world.plain_url)
    _fill_up(engine, world)
    engine.dispose()
    browsers, bound = Browsers(servers), Bound(0.20)
    doing, whole = (Measured(Work(name, {}, bound=bound), {"ours": [], "django": []}) for name in (DOING, WHOLE))
    for number in range(-1, min(rounds, ROUNDS)):
        status = STATUSES[number % 2]
        looked, done = _ours(browsers.of("ours", EDITOR), status)
        django = _timed(lambda: _django(browsers.of("django", EDITOR), world, status))  # noqa: B023 - at once
        if number >= 0:
            for measured, took in ((doing, done), (whole, looked + done)):
                measured.times["ours"].append(took)
                measured.times["django"].append(django)
    for measured in (doing, whole):
        told = ", ".join(f"{who} {measured.median(who):.0f} ms" for who in measured.times)
        say(f"  {measured.work.name}: {told}")
    return [doing, whole]


def _fill_up(engine: Engine, world: World) -> None:
    """As many applications in the one municipality as are changed."""
    with engine.begin() as connection:
        names = connection.execute(
            text("SELECT column_name FROM information_schema.columns WHERE table_name = 'application'")
        ).scalars()
        columns = ", ".join(name for name in names if name != "id")
        mine = {"one": world.municipality}
        there = connection.scalar(text("SELECT count(*) FROM application WHERE municipality_id = :one"), mine)
        copied = f"INSERT INTO application ({columns}) SELECT {columns} FROM application, generate_series(1, :times)"
        more = text(f"{copied} WHERE municipality_id = :one ORDER BY id LIMIT :more")
        connection.execute(more, mine | {"times": ROWS // there + 1, "more": ROWS - there})


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _ours(client: Client, status: str) -> tuple[float, float]:
    """Milliseconds to look, and to do."""
    form = client.get("/application/bulk/?work=change&whole=1")
    sent = forms.changed(forms.named(form, "bulk-form"), {"status": status})
    start = time.perf_counter()
    _status, page = client.ask("POST", "/application/bulk/", urlencode(sent))
    looked = (time.perf_counter() - start) * 1000
    return looked, _timed(lambda: client.post("/application/bulk/", forms.named(page, "bulk-form")))


def _django(client: Client, world: World, status: str) -> None:
    path = f"/admin/djangosite/application/?municipality__id__exact={world.municipality}"
    token = next(value for key, value in forms.read(client.get(path)) if key == "csrfmiddlewaretoken")
    chosen = [("action", f"to_{status}"), ("select_across", "1"), ("index", "0")]
    client.post(path, [("csrfmiddlewaretoken", token), *chosen, ("_selected_action", str(world.application))])
