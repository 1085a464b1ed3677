"""What the process remembers is registered in one place and forgotten at once: no test sees another's world."""

from __future__ import annotations

import ast

import pytest

from models.declare import memories
from tests.test_structure import OURS, ours_named


def test_a_function_answers_from_memory_until_all_is_forgotten() -> None:
    asked: list[int] = []

    @memories.remembers(2)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert asked == [1, 2]
    memories.forget_all()
    assert double(1) == 2
    assert asked == [1, 2, 1]


def test_a_function_remembers_no_more_answers_than_it_may() -> None:
    asked: list[int] = []
    remembered = memories.remembers(1)(asked.append)

    for number in (1, 2, 1):
        remembered(number)

    assert asked == [1, 2, 1]


def test_a_dictionary_is_emptied_when_all_is_forgotten() -> None:
    kept = memories.memory({"name": "Tinn"})

    memories.forget_all()

    assert kept == {}


MEMORIES = "models/declare/memories.py"
# What a file sets up once, when it is imported or an app is made, and never forgets because nobody asked anything yet.
SET_UP = {"models/tenancy/session.py:_steps", "reports/language.py:_asked"}
CHANGING = {"add", "append", "extend", "insert", "pop", "popitem", "setdefault", "update"}


def unregistered(file: str, source: str) -> set[str]:
    """What of a file outlives a request without being registered: caches by functools, and what functions fill."""
    tree = ast.parse(source)
    found = {f"{file}:{name}" for name in ours_named(source) if name in {"functools.cache", "functools.lru_cache"}}
    at_top = {name: node.value for node in tree.body for name in _assigned(node)}
    filled = {name for function in _functions(tree) for node in ast.walk(function) for name in _filled(node)}
    return found | {f"{file}:{name}" for name in filled & set(at_top) if not _is_registered(at_top[name])}


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _assigned(node: ast.AST) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _filled(node: ast.AST) -> list[str]:
    """The names a statement within a function writes into: `x[…] = …`, `x.append(…)`, `global x`, `functools.cache`."""
    if isinstance(node, ast.Global):
        return node.names
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return [node.value.id] if isinstance(node.value, ast.Name) else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        given = bool(node.args or node.keywords)  # without, it is a table's own `insert()` or the like
        return [node.func.value.id] if given and isinstance(node.func.value, ast.Name) else []
    return []


def _is_registered(value: ast.AST | None) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "memory"


def test_everything_the_process_remembers_is_registered_in_one_place() -> None:
    found = [unregistered(file, source) for file, source in OURS.items() if file != MEMORIES]

    assert set().union(*found) == SET_UP


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("from functools import cache", {"x.py:functools.cache"}),
        ("def f():\n    from functools import lru_cache", {"x.py:functools.lru_cache"}),
        ("_kept = {}\ndef f(key):\n    _kept[key] = 1", {"x.py:_kept"}),
        ("_kept: set[int] = set()\ndef f(key):\n    _kept.add(key)", {"x.py:_kept"}),
        ("_last = None\ndef f():\n    global _last\n    _last = 1", {"x.py:_last"}),
        ("_kept = memory({})\ndef f(key):\n    _kept[key] = 1", set()),
        ("NAMES = {1: 2}\ndef f(key):\n    return NAMES[key]", set()),
        ("def f(key):\n    kept = {}\n    kept[key] = 1", set()),
    ],
)
def test_the_checker_of_memories_sees_what_is_not_registered(source: str, wrong: set[str]) -> None:
    assert unregistered("x.py", source) == wrong


def test_a_bounded_memory_forgets_all_when_it_is_full_and_takes_what_it_knows_anew() -> None:
    kept = memories.Bounded(2)
    kept["a"], kept["b"] = 1, 2
    kept["b"] = 3
    before = dict(kept)
    kept["c"] = 4

    assert (before, kept) == ({"a": 1, "b": 3}, {"c": 4})


def test_what_is_not_kept_is_made_once_be_it_nothing() -> None:
    made: list[str] = []
    kept = memories.Bounded(2)

    def nothing() -> None:
        made.append("made")

    assert [kept.recall("key", nothing), kept.recall("key", nothing)] == [None, None]
    assert made == ["made"]


def test_what_was_made_is_given_though_the_memory_is_emptied_meanwhile() -> None:
    class Emptied(memories.Bounded):
        """A memory that another thread empties just when something has been kept."""

        def __setitem__(self, key: str, value: str) -> None:
            super().__setitem__(key, value)
            self.clear()

    assert Emptied(2).recall("key", lambda: "made") == "made"


def test_what_cannot_be_made_is_not_kept() -> None:
    kept = memories.Bounded(2)

    with pytest.raises(ZeroDivisionError):
        kept.recall("key", lambda: 1 // 0)

    assert kept.recall("key", lambda: 7) == 7
