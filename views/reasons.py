"""Why something is changed: what a person says of it, for the history."""

from __future__ import annotations

from flask import request

from models.declare.checks import no_national_identity_number
from models.declare.cleaning import line
from models.declare.words import check_length
from models.tenancy.log import REASON

FIELD = "reason"


def given() -> str:
    """The reason that was posted, or nothing. Raises Problem for what no text of ours may hold."""
    reason = line(request.form.get(FIELD, "")) or ""
    for check in (check_length(REASON), no_national_identity_number):
        check(reason)
    return reason
