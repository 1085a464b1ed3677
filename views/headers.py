"""What every answer carries to keep browsers strict: own scripts and styles only, no framing, no sniffing, no cache."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request

from views.access import person
from views.addresses import CALENDARS

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
UNKEPT = {"session.sign_in", "joining.open_link", "confirming.open_link", "static"}  # by any cache, whoever asks


def _within(address: str) -> str:
    """An address on this site without its host: that is the asker's word alone, and may be anybody's."""
    parts = urlsplit(address)
    return urlunsplit(("", "", *parts[2:])) if parts.netloc == request.host else address


def install(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(HEADERS)
        if request.path.startswith(CALENDARS):
            response.headers["Referrer-Policy"] = "no-referrer"
        if response.location:
            response.location = _within(response.location)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint == "static" and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif person().is_authenticated or request.endpoint in UNKEPT:
            response.headers["Cache-Control"] = "no-store"
        return response
