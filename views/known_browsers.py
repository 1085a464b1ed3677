"""Browsers somebody has signed in with before. The wait that guesses bring over an account does not hold them up, so
that nobody can keep another out by guessing; the wait over an address holds for all.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from models.tenancy.people import User

COOKIE, SECONDS = "known_browser", 180 * 24 * 60 * 60


def remember(user: User, answer: Any) -> None:
    """Give the browser a sign that somebody has signed in with it, good until the password changes."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response: Response = answer
    response.set_cookie(
        COOKIE, _signer().dumps(_mark(user)), SECONDS, path="/sign-in/", httponly=True, secure=secure, samesite="Lax"
    )


def knows(user: User) -> bool:
    """Whether this person, with the password of today, has signed in with the browser that asks."""
    try:
        mark = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except BadSignature:
        return False
    return isinstance(mark, str) and secrets.compare_digest(mark, _mark(user))


def _mark(user: User) -> str:
    return f"{user.id}:{hashlib.sha256((user.password_hash or '').encode()).hexdigest()[:32]}"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=COOKIE)
