"""The rows somebody looked at last, kept in a cookie of their own: gone when one signs out, and shown only where one
reaches. Not in the session: of two pages opened at once the later answer would bring the other's choices back.
"""

from __future__ import annotations

from typing import Any

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

import models
from models.declare.fields import is_owned
from models.tenancy import scope
from models.tenancy.roles import can
from views.access import person
from views.addresses import address_of

COOKIE, MOST, LONGEST = "recent", 5, 60


def note(row: Any) -> None:
    """Remember that a row was looked at, newest first."""
    entry = [type(row).__tablename__, row.id, getattr(row, "municipality_id", None), str(row)[:LONGEST]]
    others = [one for one in _kept() if one[:2] != entry[:2]]
    g.recent = [entry, *others][:MOST]
    sealed, secure = _signer().dumps([person().user_id, g.recent]), current_app.config["SESSION_COOKIE_SECURE"]

    @after_this_request
    def keep(answer: Response) -> Response:
        answer.set_cookie(COOKIE, sealed, httponly=True, secure=secure, samesite="Lax")
        return answer


def forget(answer: Any) -> None:
    """Leave nothing in the browser."""
    answer.delete_cookie(COOKIE)


def shown() -> list[dict[str, str]]:
    """Those that may still be read, in the municipality one is in."""
    return [
        {"url": f"{address_of(f'{register}.details_view')}?id={row_id}", "name": name or "–"}
        for register, row_id, owner, name in _kept()
        if register in models.BY_NAME and _reaches(models.BY_NAME[register], owner)
    ]


def _kept() -> list[list[Any]]:
    """What the cookie says, if it is this person's."""
    if "recent" not in g:
        g.recent = []
        if sealed := request.cookies.get(COOKIE):
            try:
                owner, found = _signer().loads(sealed)
            except (BadSignature, ValueError):
                return []
            g.recent = found if owner == person().user_id else []
    kept: list[list[Any]] = g.recent
    return kept


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=COOKIE)


def _reaches(register: type[Any], owner: int | None) -> bool:
    if is_owned(register) and owner not in scope.current().readable(register.__domain__):
        return False
    return can(g.actor, "read", register, owner if is_owned(register) else g.active)
