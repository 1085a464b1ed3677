"""An export in a process of its own, so that its peak memory can be told."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from tests.bench.data import ROOT, World


@dataclass(frozen=True)
class Export:
    """Rows in seconds, the database read included; the process's peak memory, everything imported included, and what
    of it the application held before anything was exported."""

    rows: int
    seconds: float
    peak_mb: float
    file_mb: float
    rest_mb: float = 0


def run(world: World, times: int) -> dict[str, list[Export]]:
    """Some runs each, in turns."""
    found: dict[str, list[Export]] = {who: [] for who in MAKERS}
    for _ in range(times):
        for who, those in found.items():
            those.append(_apart(who, world))
    return found


def _apart(who: str, world: World) -> Export:
    asked = json.dumps(asdict(world))
    command = [sys.executable, "-m", "tests.bench.exports", who]
    done = subprocess.run(command, cwd=ROOT, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return Export(**json.loads(done.stdout.splitlines()[-1]))


def ours(world: World, target: Path) -> Callable[[], None]:
    """The export of the list as the page makes it, ready to be started."""
    os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0"}
    sys.modules["PIL"] = None  # type: ignore[assignment]  # of the bench's matplotlib; where it is, Flask-Admin loads it
    from app import create_app
    from models.database import db
    from models.declare.clock import now, today
    from models.registers.architecture import Application
    from models.registers.municipality import all_ids
    from models.tenancy import scope
    from reports.base import Ask
    from reports.registers import RegisterReport
    from reports.xlsx import write

    app = create_app({"DATABASE_URL": world.app_url})
    told = RegisterReport("applikasjoner", "Applikasjoner", "", register=Application)

    def make() -> None:
        with app.app_context(), scope.use(scope.of(all_ids(db.session))):
            db.session.rollback()  # the next transaction begins within the scope
            write(told.workbook(db.session, Ask("nb", today(), now(), today().year)), target)

    return make


def django(world: World, target: Path) -> Callable[[], None]:
    """What django-import-export's button does: every field of the model, as it comes."""
    from tests.bench.djangosite.site import configure

    configure(world.plain_url)
    from import_export.resources import modelresource_factory

    from models.registers.architecture import Application
    from tests.bench.djangosite.models import MODELS

    resource = modelresource_factory(MODELS[Application])
    return lambda: void(target.write_bytes(resource().export().xlsx))


def flaskadmin(world: World, target: Path) -> Callable[[], None]:
    """What Flask-Admin's export button sends."""
    os.environ["BENCH_DATABASE_URL"] = world.plain_url
    from tests.bench.flaskadmin import create_app

    client = create_app().test_client()
    return lambda: void(target.write_bytes(client.get("/admin/application/export/xlsx/").data))


def floor(world: World, target: Path) -> Callable[[], None]:
    from tests.bench.floor import export

    return lambda: void(export(world.plain_url, target))


def void(_what: object) -> None:
    """Done for its effect."""


MAKERS = {"ours": ours, "django": django, "flaskadmin": flaskadmin, "floor": floor}


def main(who: str) -> None:
    world = World(**json.load(sys.stdin))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "out.xlsx"
        make = MAKERS[who](world, target)
        rest, start = peak_mb(), time.perf_counter()
        make()
        seconds, peak = time.perf_counter() - start, peak_mb()  # before the file is read back, which takes 5 MB
        found = Export(_rows_in(target), seconds, peak, target.stat().st_size / 2**20, rest)
        print(json.dumps(asdict(found)))


def peak_mb() -> float:
    """The most memory this process held. Not from getrusage where it can be helped: that remembers the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rows_in(target: Path) -> int:
    """The rows of the largest sheet, its header left out: what was really written."""
    with zipfile.ZipFile(target) as book:
        sheets = [one for one in book.infolist() if one.filename.startswith("xl/worksheets/sheet")]
        largest = max(sheets, key=lambda one: one.file_size)
        with book.open(largest) as sheet:
            return sum(line.count(b"</row>") for line in _pieces(sheet)) - 1


def _pieces(sheet: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that never end within a tag."""
    rest = b""
    while piece := sheet.read(1 << 20):
        whole, _, rest = (rest + piece).rpartition(b"<")
        yield whole
        rest = b"<" + rest
    yield rest


if __name__ == "__main__":
    main(sys.argv[1])
