"""Whether documents keep to UBL 2.1, the European norm EN 16931 and Peppol BIS Billing 3.0, asked before they leave.

A process of its own asks (child.py), all documents of a run at once: 0.8 s to begin with, then 7 ms a document.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.declare.words import N_, Choice

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300  # seconds on the clock
UNREADABLE = frozenset({"XML", "UBL"})


class Severity(Choice):
    """How grave a finding is: what is fatal no receiver takes."""

    FATAL = "fatal", N_("må rettes"), "danger"
    WARNING = "warning", N_("advarsel"), "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a document breaks: its id (XSD for the schema), its own sentence, and where in the document."""

    rule: str
    severity: Severity
    sentence: str
    where: str

    @property
    def is_fatal(self) -> bool:
        return self.severity is Severity.FATAL

    @property
    def is_unreadable(self) -> bool:
        """Whether the file is no invoice at all."""
        return self.rule in UNREADABLE


class NotCheckedError(RuntimeError):
    """The rules could not be asked, for a reason of their own. Nothing may leave."""


def findings_of(documents: Sequence[bytes], rules: str = "") -> list[tuple[Finding, ...]]:
    """What is wrong with each document, in their order. `rules` is a folder of newer ones than those that come along.
    Raises NotCheckedError."""
    if not documents:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the folder is a setting
            [sys.executable, "-E", "-s", "-m", "exchange.ehf.child", *([rules] if rules else [])],
            input=b"".join(b64encode(one) + b"\n" for one in documents), capture_output=True, cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"}, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotCheckedError("It took too long.") from error
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(documents):
        raise NotCheckedError(done.stderr.decode(errors="replace")[-2000:] or f"It ended with {done.returncode}.")
    return [tuple(_finding(*one) for one in json.loads(line)) for line in lines]


def _finding(rule: str, flag: str, sentence: str, where: str) -> Finding:
    """What the rules call an error, or leave without a word, is as grave as what they call fatal."""
    return Finding(rule, Severity.WARNING if flag == Severity.WARNING else Severity.FATAL, sentence, where)
