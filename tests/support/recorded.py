"""The record of processing activities as tests ask for it: whatever state the activities are in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from models.declare.choices import RecordStatus

STATES: dict[str, Any] = {"status": tuple(RecordStatus)}
EVERY = "?" + urlencode([("status", one.value) for one in RecordStatus])
