"""Addresses without parameters, built once: a page has a dozen, and they are the same on every page."""

from __future__ import annotations

from flask import current_app, g, request, url_for

CALENDARS = "/calendar/"  # what stands after it is a key: for no log, and for nobody who is led on from there


def address_of(endpoint: str) -> str:
    """The address of an endpoint that takes nothing."""
    known: dict[str, str] | None = g.get("addresses")
    if known is None:
        known = g.addresses = current_app.extensions.setdefault("addresses", {}).setdefault(request.script_root, {})
    if endpoint not in known:
        known[endpoint] = url_for(endpoint)
    return known[endpoint]
