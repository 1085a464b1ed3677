"""Kinds of owned rows: what a role opens, and what each wall confines by itself."""

from __future__ import annotations

from enum import StrEnum


class Domain(StrEnum):
    """Kinds of owned rows that are opened and closed separately."""

    CONTENT = "content"
    RISK = "risk"
    PEOPLE = "people"
    MONEY = "money"
    WINDOW = "window"
    ACCESS = "access"
    REMARKS = "remarks"
    RISK_REMARKS = "risk_remarks"
    VIEWS = "views"
    TOLD = "told"
