"""Changes that mean the same as what they replace: no test can see them, and why.

Each is named by its file and by what the runner prints of it, before and after.
"""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "reports/completeness.py",
        "for one in self.registers if scope.current().readable(one.__domain__)",
        "for one in self.registers",
    ): "the session gives no rows of what is not readable",
    (
        "models/declare/base.py",
        "cls.__domain__ and '__table__' in vars(cls)",
        "cls.__domain__ or '__table__' in vars(cls)",
    ): "a table without a domain is told that it has none",
}
