"""A form that was sent after the session had ended: it waits in the page that asks to sign in, and stands again as it
was written when the same person has done so. It is never saved by itself: whoever wrote it looks at it, and saves.

What was written travels in the page, sealed with whose it is: nothing is kept on the server that somebody would have to
clear away, and nobody else is shown it. After signing in the browser sends it on to the form (307).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, current_app, flash, redirect, request, session
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict

from views.access import OPENED_IN, person
from views.register.forms import REFRESH
from views.texts import gettext as _

KEPT, RESUMED = "kept", "resumed"  # what is posted, and what an address says
FORMS = (".create_view", ".edit_view")
LARGEST = 1_000_000  # letters of a sealed form; with the rest of the page within what is taken at all


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written in which form by whom."""

    user_id: int
    address: str
    typed: list[list[str]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the page that asks to sign in carries along: the sealed form, and the municipality it was opened in."""

    sealed: str
    place: str


def waiting() -> Waiting | None:
    """The form that was just sent by who is signed in no more; None of anything else, or where it is too much."""
    whose = str(session.get("_user_id", "")).partition(":")[0]
    if not (whose.isdigit() and (request.endpoint or "").endswith(FORMS)):
        return None
    typed = [[key, value] for key, value in request.form.items(multi=True) if key != "csrf_token"]
    sealed = _signer().dumps([int(whose), request.full_path, typed])
    return Waiting(str(sealed), request.form.get(OPENED_IN, "")) if len(sealed) <= LARGEST else None


def carried() -> Waiting | None:
    """The same once more, where signing in did not succeed at once."""
    sealed = request.form.get(KEPT, "")
    return Waiting(sealed, request.form.get(OPENED_IN, "")) if sealed else None


def way_back(user_id: int) -> str | None:
    """Where somebody who has signed in finds the form again; None when no form waits, or it is another's."""
    kept = _unsealed()
    if kept is None or kept.user_id != user_id:
        return None
    return f"{kept.address}{'' if kept.address.endswith('?') else '&'}{RESUMED}=1"


def come_back() -> None:
    """Where one comes back to a form, what was written in it stands as if it were posted to be drawn anew. Where it is
    not one's own the form is opened as it stands."""
    if request.method != "POST" or RESUMED not in request.args:
        return
    kept = _unsealed()
    if kept is None or kept.user_id != person().user_id:
        flash(_("Det som var skrevet i skjemaet, kunne ikke hentes fram."), "warning")
        abort(redirect(request.full_path.replace(f"{RESUMED}=1", "").rstrip("?&"), code=303))
    request.form = ImmutableMultiDict([*((key, value) for key, value in kept.typed), (REFRESH, "1")])
    request.values = CombinedMultiDict([request.args, request.form])


def _unsealed() -> Kept | None:
    try:
        return Kept(*_signer().loads(request.form.get(KEPT, "")))
    except (BadData, ValueError, TypeError):
        return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=KEPT)
