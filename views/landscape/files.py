"""The map as a file that stands alone: SVG with its style within, and PDF and PNG of it."""

from __future__ import annotations

from reports.poster import set_drawing
from views.landscape.shown import Shown
from views.texts import language

KINDS = {"svg": "SVG", "pdf": "PDF", "png": "PNG"}
TYPES = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}
# The colours of static/style/1-base.css on white paper. Only what every reader of SVG knows: no variables.
TONES = {"neutral": "#768396", "info": "#1f63b5", "success": "#2b8a5f", "warning": "#be8200", "danger": "#8f1d1d"}
STYLE = (
    "text{font:12.5px 'Segoe UI',Roboto,Arial,sans-serif;fill:#17212c}.map-group{font-weight:bold}"
    ".map-layer{fill:#4d5b69}.map-column{fill:#f3f5f8}.map-rule{stroke:#d8dfe6}"
    ".map-edges path{fill:none;stroke:#8795a4;stroke-opacity:.45}.map-edges.lit path{stroke:#114b7f;stroke-width:2;"
    "stroke-opacity:1}.map-node rect{fill:#fff;stroke:#8795a4}.picked rect{fill:#e4eef8}"
    ".ghost rect{stroke-dasharray:5 4}"
    ".map-edges .come{stroke:#114b7f;stroke-width:2.5;stroke-opacity:.9}"
    ".map-edges .gone{stroke-width:1.5;stroke-opacity:.9;stroke-dasharray:5 4}"
    + "".join(
        f".tone-fill-{tone}{{fill:{colour};stroke:{colour}}}.tone-line-{tone} rect{{stroke:{colour};stroke-width:1.5}}"
        for tone, colour in TONES.items()
    )
    + ".hollow{fill:#fff;stroke-width:2}"
)


def written(told: Shown, kind: str, title: str) -> bytes:
    """The map as it is looked at. Raises NotSetError where it cannot be set as PDF or PNG."""
    svg = told.alone(f"<style>{STYLE}</style>")
    if kind == "svg":
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}'.encode()
    return set_drawing(svg, title, told.told(), language(), kind)
