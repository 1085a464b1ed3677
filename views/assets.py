"""What a browser fetches beside the pages: a few small files, and the parts of one kind joined into one; read once,
but for pictures, which few look at."""

from __future__ import annotations

from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, current_app, request
from markupsafe import Markup

from models.declare.memories import remembers

STATIC = Path(__file__).resolve().parent.parent / "static"
PICTURES = "introduction"
JOINED = {"orden.css": "style", "orden.js": "script"}


def install(app: Flask) -> None:
    """Read what is served, with a fingerprint of each file that changes when the file does."""
    kept = {name: _joined(STATIC / folder) for name, folder in JOINED.items()}
    kept |= {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}
    pictures = {f"{PICTURES}/{path.name}": path for path in (STATIC / PICTURES).iterdir()}
    app.config["ASSETS"] = {name: _fingerprint(content) for name, content in kept.items()}
    app.config["ASSETS"] |= {name: _fingerprint(path.read_bytes()) for name, path in pictures.items()}

    def serve(filename: str) -> Response:
        if filename not in app.config["ASSETS"]:
            abort(404)
        content = kept[filename] if filename in kept else pictures[filename].read_bytes()
        answer = Response(content, mimetype=guess_type(filename)[0])
        answer.set_etag(app.config["ASSETS"][filename])
        return answer.make_conditional(request)  # type: ignore[return-value]

    app.view_functions["static"] = serve


def _fingerprint(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


def _joined(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))


def asset(name: str) -> str:
    """The address of a file, with its fingerprint so that browsers may keep it for ever."""
    return f"/static/{name}?v={current_app.config['ASSETS'].get(name, '')}"


def icon(name: str) -> Markup:
    """A shape of static/icons.svg, drawn once: a page has a dozen."""
    return _icon(asset("icons.svg"), name)


@remembers(500)
def _icon(shapes: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(shapes, name)
