"""A drawing as a file to print or put into a paper: SVG that stands alone goes in, a sheet of A3 comes out."""

from __future__ import annotations

from pathlib import Path

from reports.pdf import seen, typeset

TEMPLATE = Path(__file__).with_name("poster.typ")
KINDS = ("pdf", "png")


def set_drawing(svg: str, title: str, told: str, language: str, kind: str) -> bytes:
    """The drawing on a sheet of A3 with its title: a PDF after PDF/UA-1 that says what it shows, or a PNG of the sheet.
    A character that the fonts lack is written as �."""
    data = {"svg": seen(svg), "title": seen(title), "told": seen(told), "language": language}
    (made,) = typeset([data], TEMPLATE, kind)
    return made
