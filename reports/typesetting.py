"""The process that sets documents: `python typesetting.py TEMPLATE [png] < data.jsonl > documents`, a line of JSON
each, and of each the length in eight bytes before the PDF, or before the picture of its first page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typst

SHARP = 110  # points an inch of a picture: A3 is then 1 820 wide


def main() -> None:
    template, kind = Path(sys.argv[1]), [*sys.argv[2:], "pdf"][0]
    way: Any = {"format": "pdf", "pdf_standards": ["ua-1"]} if kind == "pdf" else {"format": "png", "ppi": SHARP}
    for line in sys.stdin.buffer.read().decode().split("\n"):
        made = typst.compile(
            str(template), root=str(template.parent), sys_inputs={"data": line}, ignore_system_fonts=True,
            **way,
        )  # fmt: skip
        made = made[0] if isinstance(made, list) else made
        sys.stdout.buffer.write(len(made).to_bytes(8))
        sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
