"""A field that gets a value is relevant after all: the reason why it was not goes away in the same change."""

from __future__ import annotations

from models.changes import reversal
from models.declare.base import Record
from models.declare.notrelevant import WAIVED
from models.declare.waiving import settled, waived
from models.tenancy.session import TenantSession


def settle(session: TenantSession) -> None:
    """Take away the reasons of fields that were filled. Links and parts are looked at only where they were set, or
    where reasons were: nothing is read for the rest."""
    for row in [*session.new, *session.dirty]:
        if isinstance(row, Record) and (said := waived(row)):
            touched = {known.key for known in reversal.set_fields(row)}
            kept = settled(row, said if WAIVED in touched else touched)
            if kept != said:
                setattr(row, WAIVED, kept or None)
