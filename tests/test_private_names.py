"""Private names of libraries that we lean on: when one changes, what leans is mended before it is taken."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import markupsafe
import pytest
from psycopg import _queries
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.registers.architecture import Application
from models.registers.organisation import OrganisationalUnit

ROOT = Path(__file__).resolve().parents[1]
TABLE, UNIT = Application.__table__, OrganisationalUnit.__table__
JOINED = select(Application).join(Application.unit)
# The name, where it is read, and what it must give.
LEANED_ON: dict[str, tuple[str, Callable[[], Any], Any]] = {
    "_raw_columns": ("models/tenancy/statements.py", lambda: select(TABLE)._raw_columns, [TABLE]),
    "_from_obj": ("models/tenancy/statements.py", lambda: list(select(1).select_from(TABLE)._from_obj), [TABLE]),
    "_setup_joins": ("models/tenancy/statements.py", lambda: len(JOINED._setup_joins), 1),
    "_prefixes": ("models/tenancy/statements.py", lambda: len(select(1).prefix_with("x")._prefixes), 1),
    "_suffixes": ("models/tenancy/statements.py", lambda: len(select(1).suffix_with("x")._suffixes), 1),
    "_annotations": ("models/tenancy/statements.py", lambda: "parententity" in Application.id._annotations, True),
    "_identity_lookup": ("models/tenancy/session.py", lambda: callable(Session._identity_lookup), True),
    "_flushing": ("models/tenancy/session.py", lambda: Session()._flushing, False),
}


@pytest.mark.parametrize("name", LEANED_ON)
def test_sqlalchemy_still_has_what_the_walls_lean_on(name: str) -> None:
    file, look, expected = LEANED_ON[name]
    try:
        found = look()
    except AttributeError:
        found = "nothing of that name"

    assert found == expected, f"SQLAlchemy's private {name} has changed: mend {file} before taking the new version."
    assert name in (ROOT / file).read_text(encoding="utf-8"), f"{file} no longer reads {name}: take it off this list."


def test_psycopg_still_keeps_statements_no_longer_than_it_is_told() -> None:
    told = {name for name in vars(_queries) if name.startswith("MAX_CACHED_STATEMENT")}

    assert told == {"MAX_CACHED_STATEMENT_LENGTH", "MAX_CACHED_STATEMENT_PARAMS"}, "Mend models/database.py."


def test_markupsafe_still_escapes_a_text_by_itself() -> None:
    found = getattr(markupsafe, "_escape_inner", str)("<&\"'>")

    assert (found, type(found)) == ("&lt;&amp;&#34;&#39;&gt;", str), "Mend views/environment.py."


def test_what_is_read_of_statements_and_sessions_is_on_the_list() -> None:
    read = set()
    for file in {where for where, *_ in LEANED_ON.values()}:
        source = (ROOT / file).read_text(encoding="utf-8")
        read |= set(re.findall(r"(?:element|child|part|super\(\)|self)\.(_[a-z][a-z_]+)", source))
        read |= set(re.findall(r'getattr\(element, "(_[a-z_]+)"', source))

    assert read == set(LEANED_ON)


@pytest.mark.parametrize("package", ["sqlalchemy", "xlsxwriter", "flask-admin"])
def test_packages_whose_inside_is_used_are_pinned_exactly(package: str) -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    (found,) = [one for one in asked if re.match(rf"{package}\b(?!-)", one)]

    assert re.sub(r"\[.*\]", "", found) == f"{package}=={version(package)}"
