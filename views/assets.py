"""What a browser fetches beside the pages: a few small files, and the parts of one kind joined into one; all of it read
once."""

from __future__ import annotations

from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, current_app, request

STATIC = Path(__file__).resolve().parent.parent / "static"
PICTURES = "introduction"
JOINED = {"orden.css": "style", "orden.js": "script"}


def install(app: Flask) -> None:
    """Read what is served, with a fingerprint of each file that changes when the file does."""
    kept = {name: _joined(STATIC / folder) for name, folder in JOINED.items()}
    kept |= {path.name: path.read_bytes() for path in STATIC.iterdir() if path.is_file()}
    kept |= {f"{PICTURES}/{path.name}": path.read_bytes() for path in (STATIC / PICTURES).iterdir()}
    app.config["ASSETS"] = {name: sha256(content).hexdigest()[:12] for name, content in kept.items()}

    def serve(filename: str) -> Response:
        if filename not in kept:
            abort(404)
        answer = Response(kept[filename], mimetype=guess_type(filename)[0])
        answer.set_etag(app.config["ASSETS"][filename])
        return answer.make_conditional(request)  # type: ignore[return-value]

    app.view_functions["static"] = serve


def _joined(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.iterdir()))


def asset(name: str) -> str:
    """The address of a file, with its fingerprint so that browsers may keep it for ever."""
    return f"/static/{name}?v={current_app.config['ASSETS'].get(name, '')}"
