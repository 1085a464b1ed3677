"""A register and a report made as README says, line by line, in a copy of the project: the rest follows by itself."""

from __future__ import annotations

import ast
import fnmatch
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from textwrap import dedent

from babel.messages.pofile import read_po, write_po

from models.declare.shapes import POINTING, Shape

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPE = README[README.index("**Adding a register**") : README.index("\n## ", README.index("**Adding a register**"))]
BLOCKS = [dedent(one).strip() + "\n" for one in re.findall(r"(?:^(?:    .*)?\n)+", RECIPE, re.MULTILINE) if one.strip()]
REGISTER, COMMANDS, REPORT, ENTRY = BLOCKS
# Files that go through all registers and all reports, and what in them concerns a new one.
GENERIC = [
    "attacks_http", "bad_input", "forms", "leaks", "made", "readers", "registers",
    "reports", "roles", "shapes", "statements", "structure", "texts",
]  # fmt: skip
CONCERNED = (
    "vehicle or Vehicle or Journey or enheter or test_made or test_texts or h1_ or h3_ or h10_ or reader_downloads"
    " or migrations_make or is_a_register or listed_by_name or says_so_in_its_class or rests_on or import_only"
    " or stay_small or only_the_listed or each_person and (kari or sol)"
)
TRANSLATED = {"Kjøretøy": ("Køyretøy", "Vehicles"), "Enheter": ("Einingar", "Units")}


def ignored() -> list[str]:
    """What .gitignore names, and the repository itself."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return [".git", *(line.strip("/") for line in lines if not line.startswith("!") and line != "instance/*")]


def left_out(folder: str, names: list[str]) -> set[str]:
    """What no fresh clone holds."""
    if Path(folder) == ROOT / "instance":
        return {name for name in names if name != "config.example.py"}
    return {name for name in names if any(fnmatch.fnmatch(name, one) for one in ignored())}


def run(place: Path, *command: str) -> str:
    """Run something in the copy; what it wrote. Nothing of this run's surroundings comes along."""
    foreign = ("PYTEST", "ORDEN", "FLASK", "DATABASE", "TEST_DATABASE", "MAKE", "MFLAGS", "PYTHONPATH")
    around = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        command, cwd=place, env=around | {"DEMO": "1"}, capture_output=True, text=True, timeout=540, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def copied(tmp_path: Path) -> Path:
    """The project as a fresh clone has it, with the environment of this run."""
    place = tmp_path / "orden"
    shutil.copytree(ROOT, place, ignore=left_out, symlinks=True)
    (place / ".venv").symlink_to(sys.prefix)
    (place / ".stamp").mkdir()
    (place / ".stamp" / "env").touch()  # what `make` asks before it installs anything
    return place


def write(place: Path, block: str) -> None:
    """Write a file that README shows: its first line names it."""
    first, text = block.split("\n", 1)
    (place / first.removeprefix("# ")).write_text(text, encoding="utf-8")


def add_line(file: Path, before: str, line: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, f"{line}\n{before}", 1), encoding="utf-8")


def with_every_shape(source: str) -> str:
    """README's register with a field more for each shape that it does not show, and with parts of its own."""
    special = {
        Shape.CHOICE: "Lifecycle, required=True, default=Lifecycle.IN_USE, listed=True, filtered=True",
        Shape.ANSWER: "Answer, required=True, default=Answer.UNKNOWN, listed=True, filtered=True",
        Shape.YES_NO: "Shape.YES_NO, required=True, default=False, listed=True",
    }
    lines = [
        '    applications: Mapped[list[Any]] = references(N_("Systemer"), Application, help=N_("Det som hører til."))'
    ]
    for shape in Shape:
        known = f"Shape.{shape.name}" in source or shape in POINTING | {Shape.REASONS}
        if not known:
            what = special.get(shape, f"Shape.{shape.name}, listed=True")
            label = f"Felt {shape.name.lower()}"
            lines.append(
                f'    {shape.name.lower()}: Mapped[Any] = field(N_("{label}"), {what}, help=N_("Om {label}."))'
            )
    advised = "Shape.TEXT, mark=Mark.ADVISED"  # and so the register has a column for why it is not relevant
    lines.append(f'    spare: Mapped[str | None] = field(N_("Felt i reserve"), {advised}, help=N_("Om reserven."))')
    lines.append('    journeys: Mapped[list[Any]] = rows(N_("Kjørebok"), "Journey", help=N_("Én rad for hver tur."))')
    part = '''

class Journey(Part, Content, Base, of=Vehicle, within="journeys"):
    """En tur."""

    __tablename__ = "journey"

    day: Mapped[Any] = field(N_("Kjørt"), Shape.DATE, help=N_("Dagen turen begynte."))
'''
    choices = "from models.declare.choices import Answer, Lifecycle\n"
    imports = {
        "OwnedRecord, Register\n": f"OwnedRecord, Part, Register\n{choices}",
        "Mark, field, reference\n": "Mark, field, reference, references, rows\n",
        "declare.words import N_\n": "declare.words import N_\nfrom models.registers.architecture import Application\n",
    }
    for old, new in imports.items():
        assert old in source
        source = source.replace(old, new)
    return source + "\n".join(lines) + "\n" + part


def translate(place: Path) -> None:
    """Fill in what `texts update` listed as missing, as a translator would."""
    for number, language in enumerate(("nn", "en")):
        file = place / f"translations/{language}/LC_MESSAGES/messages.po"
        catalog = read_po(BytesIO(file.read_bytes()), locale=language)
        for message in catalog:
            if message.id and not message.string:
                message.string = TRANSLATED.get(str(message.id), (message.id, message.id))[number]
        with file.open("wb") as out:
            write_po(out, catalog, width=0, sort_output=True, no_location=True)


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each table holds."""
    connection = sqlite3.connect(database)
    names = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
    found = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}
    connection.close()
    return {name: number for name, number in found.items() if "_search" not in name}


def test_readme_shows_whole_files_and_commands_that_make_knows() -> None:
    for block in (REGISTER, REPORT):
        assert re.match(r"# (models/registers|reports)/\w+\.py\n\"\"\"", block)
        ast.parse(block)
    targets = {command[1] for line in COMMANDS.splitlines() if (command := line.split())[0] == "make"}
    known = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    assert targets == {"migration", "setup", "test"}
    assert targets <= {*known}


def test_a_register_and_a_report_are_made_as_readme_says(tmp_path: Path) -> None:
    place = copied(tmp_path)
    migration, setup, update, check, _test = [line.partition("#")[0].strip() for line in COMMANDS.strip().splitlines()]
    run(place, "bash", "-c", setup)  # a demo database, filled before there was such a register
    before = rows_of(place / "instance/orden.db")

    write(place, with_every_shape(REGISTER))
    add_line(place / "models/__init__.py", "    wording,\n)", "    vehicles,")
    add_line(place / "models/__init__.py", "    catalogue.Product,", "    vehicles.Vehicle,")
    write(place, REPORT)
    add_line(place / "reports/__init__.py", ")\n\n\ndef report", f"    {ENTRY.strip()}")
    add_line(place / "reports/__init__.py", "\nREPORTS", "from reports.units import Units")
    for command in (migration, setup, update):
        run(place, "bash", "-c", command)
    translate(place)
    for command in (check, ".venv/bin/ruff check", ".venv/bin/ruff format --check"):
        run(place, "bash", "-c", command)
    shutil.copy(ROOT / "tests/data/recipe/made.py", place / "tests/test_made.py")
    files = [f"tests/test_{name}.py" for name in GENERIC]
    told = run(
        place,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *files,
        "-k",
        f"({CONCERNED}) and not postgres",
    )

    after = rows_of(place / "instance/orden.db")
    assert after == before | {"vehicle": 0, "journey": 0, "vehicle_applications": 0}
    assert before["application"] > 50
    assert int(re.findall(r"(\d+) passed", told)[0]) > 40
