"""The process that sets documents: `python typesetting.py TEMPLATE < data.jsonl > documents`, a line of JSON each,
and of each the length in eight bytes before the PDF."""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def main() -> None:
    template = Path(sys.argv[1])
    for line in sys.stdin.buffer.read().decode().split("\n"):
        made = typst.compile(
            str(template), root=str(template.parent), sys_inputs={"data": line},
            pdf_standards=["ua-1"], ignore_system_fonts=True,
        )  # fmt: skip
        sys.stdout.buffer.write(len(made).to_bytes(8))
        sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
