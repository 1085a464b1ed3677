"""What stands beside the rows of registers: how the row is reached that something is said of, or hangs on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort

from views.reached import reached


def row_at(register: str, row_id: int, kept_in: Callable[[type[Any]], Any]) -> Any:
    """The row, as far as one reaches, of a register that has somewhere to keep what stands beside it; else 404."""
    row = reached(register, row_id)
    return row if kept_in(type(row)) is not None else abort(404)
