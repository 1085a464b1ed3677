"""Addresses without parameters, built once: a page has a dozen, and they are the same on every page."""

from __future__ import annotations

from flask import current_app, request, url_for

CALENDARS = "/calendar/"  # what stands after it is a key: for no log, and for nobody who is led on from there


def address_of(endpoint: str) -> str:
    """The address of an endpoint that takes nothing."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("addresses", {})
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]
