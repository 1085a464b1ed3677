"""The process that sets a document: `python typesetting.py TEMPLATE < data.json > document.pdf`."""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def main() -> None:
    template = Path(sys.argv[1])
    made = typst.compile(
        str(template), root=str(template.parent), sys_inputs={"data": sys.stdin.buffer.read().decode()},
        pdf_standards=["ua-1"], ignore_system_fonts=True,
    )  # fmt: skip
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
