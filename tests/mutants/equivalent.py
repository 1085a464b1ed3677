"""Changes that mean the same as what they replace: no test can see them, and why.

Each is named by its file and by what the runner prints of it, before and after.
"""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {}
