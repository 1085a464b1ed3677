"""What may be changed in a file, read from its syntax: each change is one that a test ought to see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

FLIPPED: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
TURNED = {"max": "min", "min": "max", "any": "all", "all": "any", "sorted": "list"}
# Parts of a question to the database, and of the care for a text, that can be left out.
LEFT_OUT = {"where", "order_by", "distinct", "limit", "offset", "filter_by", "strip", "lower", "casefold"}
# Nothing there is logic; and Python 3.11 does not say where in a text with holes something stands.
PASSED_BY = {"annotation", "returns", "decorator_list", "type_params"}

Unit = ast.FunctionDef | ast.Lambda


@dataclass
class Mutant:
    """One change: what stands at a line of a file, and what is put there. `unit` is the function it is in."""

    file: str
    unit: str
    line: int
    before: str
    after: str
    tree: ast.Module
    place: tuple[Any, str, int | None]
    new: ast.AST

    def written(self) -> str:
        """The whole file with the change in it. The tree is as it was afterwards."""
        old = _put(self.place, self.new)
        try:
            return ast.unparse(ast.fix_missing_locations(self.tree))
        finally:
            _put(self.place, old)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {_short(self.before)}  ->  {_short(self.after)}"


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 90 else f"{one_line[:89]}…"


def _put(place: tuple[Any, str, int | None], new: Any) -> Any:
    parent, name, index = place
    if index is None:
        old = getattr(parent, name)
        setattr(parent, name, new)
    else:
        old = getattr(parent, name)[index]
        getattr(parent, name)[index] = new
    return old


def units(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Unit]]:
    """The functions of a file by name, and the lambdas outside them by number: what a test reaches or does not."""
    lambdas = 0
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from units(node, f"{prefix}{node.name}.")
        else:
            for inner in _outermost(node):
                lambdas += 1
                yield f"{prefix}lambda {lambdas}", inner


def _outermost(node: ast.AST) -> Iterator[ast.Lambda]:
    if isinstance(node, ast.Lambda):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _outermost(child)


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Every change of a file, in the order of its lines."""
    tree = ast.parse(source)
    for unit, top in units(tree):
        for parent, name, index, node in _places(top, ("body",)):
            for new in others(node):
                line = getattr(node, "lineno", 0) or getattr(node.target, "lineno", 0)  # type: ignore[attr-defined]
                said = (ast.unparse(one).strip().split("\n")[0] for one in (node, new))
                yield Mutant(file, unit, line, *said, tree, (parent, name, index), new)


def _places(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    for name in names:
        value = getattr(node, name)
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr) and name not in PASSED_BY:
                yield node, name, index, child
                yield from _places(child, child._fields)


def others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a piece of code and means something else."""
    match node:
        case ast.Compare(left=left, ops=[first, *rest], comparators=compared):
            yield ast.Compare(left, [FLIPPED[type(first)](), *rest], compared)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(FLIPPED[type(op)](), values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in FLIPPED:
            yield ast.BinOp(left, FLIPPED[type(op)](), right)
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in FLIPPED:
            yield ast.AugAssign(target, FLIPPED[type(op)](), value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.Return(value=value) if value is not None and ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.If(body=body, orelse=otherwise):
            yield from (ast.If(ast.Constant(taken), body, otherwise) for taken in (True, False))
        case ast.IfExp(body=body, orelse=otherwise):
            yield from (body, otherwise)
        case ast.comprehension(target=target, iter=over, ifs=[_, *rest]):
            yield ast.comprehension(target, over, rest, 0)
        case ast.Call(func=ast.Name(id=name), args=[first, *rest]) if name in TURNED:
            yield ast.Call(ast.Name(TURNED[name]), [first, *rest], [] if name == "sorted" else node.keywords)
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in LEFT_OUT:
            yield value
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()


def watched(file: str, source: str) -> str:
    """The file with a call in front of each function that says it was reached."""
    tree = ast.parse(source)
    for unit, node in units(tree):
        call = ast.Call(ast.Name("_seen"), [ast.Constant(f"{file}:{unit}")], [])
        if isinstance(node, ast.Lambda):
            node.body = ast.BoolOp(ast.Or(), [call, node.body])
        else:
            node.body.insert(1 if ast.get_docstring(node) is not None else 0, ast.Expr(call))
    asking = ast.ImportFrom("seen_by_tests", [ast.alias("seen", "_seen")], 0)
    ahead = [n for n, one in enumerate(tree.body) if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
    tree.body.insert(max(ahead, default=-1 if ast.get_docstring(tree) is None else 0) + 1, asking)
    return ast.unparse(ast.fix_missing_locations(tree))
