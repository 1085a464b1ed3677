"""Which member of a closed vocabulary a text means: its label in any language, its stored value, or a word for yes."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from exchange.cells.likeness import meant
from exchange.cells.spellings import alike, in_all_languages
from models.declare.choices import ProcessingRole
from models.declare.memories import remembers
from models.declare.words import N_, UNKNOWN_VALUE, Choice, Problem
from reports.language import Translate

YES = frozenset({"ja", "j", "yes", "y", "true", "sant", "sann", "x", "1", "ok", "on", "på"})
NO = frozenset({"nei", "n", "no", "false", "usant", "usann", "0", "off", "av"})
TICKS, CROSSES = frozenset("✓✔☑✅☒"), frozenset("☐✗✘❌")
UNSAID = frozenset(
    {
        "vet ikke",
        "veit ikkje",
        "ukjent",
        "usikker",
        "uavklart",
        "unknown",
        "unsure",
        "not sure",
        "ikke avklart",
        "vet ei",
    }
)
NONE = NO | frozenset(
    {
        "ingen", "inga", "none", "ikke aktuelt", "ikkje aktuelt", "ikke relevant", "ikkje relevant", "not applicable",
        "n a", "na", "ingen databehandler", "ingen databehandlere", "ingen overforing", "ikke", "ikkje",
    }
)  # fmt: skip
# What the members of a vocabulary are called beside their labels, folded.
ALSO: dict[type[Choice], dict[str, ProcessingRole]] = {
    ProcessingRole: {
        **dict.fromkeys(
            ("behandlingsansvar", "behandlingsansvarlige", "behandlingsansvarlege", "ansvarlig", "ansvarleg", "ba",
             "data controller", "controllers", "eneansvarlig", "selvstendig behandlingsansvarlig"),
            ProcessingRole.CONTROLLER,
        ),
        **dict.fromkeys(
            ("felles", "felles behandlingsansvar", "felles behandlingsansvarlige", "felles behandlingsansvarlege",
             "felles ansvar", "delt behandlingsansvar", "delt ansvar", "medansvarlig", "joint", "joint controllers",
             "joint controllership", "joint data controller"),
            ProcessingRole.JOINT,
        ),
        **dict.fromkeys(
            ("databehandlar", "databehandlere", "databehandlarar", "dbh", "data processor", "processors"),
            ProcessingRole.PROCESSOR,
        ),
    },
}  # fmt: skip
NOT_ONE = N_("«%(said)s» er ikke et av valgene. Velg et av disse: %(choices)s.")
MEANT = N_("«%(said)s» er ikke et av valgene. Mente du «%(meant)s»?")
NOT_YES_OR_NO = N_("Skriv ja eller nei.")
_LIKE_ENOUGH, _TOLD = 75, 60  # per cent; and letters of what was written that are told again
ANSWER_FIRST = re.compile(r"(ja|nei|yes|no)\s*[,;:.(–—-]", re.IGNORECASE)
_SHORTER = re.compile(r"\s+[-–—]\s+|:\s+|\s*\(|,\s+")


def yes_or_no(said: str) -> bool | None:
    """What a text answers; None when it is no answer."""
    word = alike(said)
    if word in YES or said.strip() in TICKS:
        return True
    return False if word in NO or said.strip() in CROSSES else None


def says_none(said: str) -> bool:
    """Whether a text says that there is none of what is asked for."""
    return alike(said) in NONE


def begins_with_answer(said: str) -> bool | None:
    """What a text answers before it goes on: «Ja, se eget ark»; None when it begins with no answer."""
    found = ANSWER_FIRST.match(said.strip())
    return yes_or_no(found[1]) if found else None


def is_told_of(stored: Any, said: str) -> bool:
    """Whether a text is what goes out of a stored value that no member stands for any more."""
    unknown = isinstance(stored, Choice) and not stored.known
    return unknown and alike(said) in {alike(f"{stored} ({word})") for word in in_all_languages(UNKNOWN_VALUE)}


def member(choices: type[Choice], said: str, t: Translate) -> Any:
    """The member a text means. Raises Problem, with the likeliest one where there is one."""
    word, spellings = alike(said), _spellings(choices)
    if word in spellings:
        return choices(spellings[word])
    if (answer := yes_or_no(said)) is not None and (found := spellings.get("ja" if answer else "nei")):
        return choices(found)
    if word in UNSAID and (found := spellings.get("ikke vurdert")):
        return choices(found)
    raise _refused(choices, said, t)


@remembers()
def _spellings(choices: type[Choice]) -> dict[str, str]:
    """Every spelling of every member, folded, with the value it stands for. The beginning of a long label will do, and
    what follows its number, where no other member begins or ends so."""
    whole = {alike(one): str(member.value) for member in choices for one in (member.value, member.name)}
    whole |= {
        alike(one): str(member.value) for member in choices for one in (member.label, *in_all_languages(member.label))
    }
    shorter = {
        (alike(part), str(member.value))
        for member in choices
        for label in in_all_languages(member.label)
        for part in (*_SHORTER.split(label)[:2], label.split("(")[0])
    }
    times = Counter(part for part, _ in shorter)
    also = {alike(said): str(member.value) for said, member in ALSO.get(choices, {}).items()}
    return also | {part: value for part, value in shorter if times[part] == 1 and part} | whole


def _refused(choices: type[Choice], said: str, t: Translate) -> Problem:
    labels = {alike(t(one.label)): t(one.label) for one in choices}
    short = said if len(said) <= _TOLD else f"{said[:_TOLD]}…"
    if found := meant(alike(said), labels, least=_LIKE_ENOUGH):
        return Problem(MEANT, said=short, meant=labels[found])
    return Problem(NOT_ONE, said=short, choices=", ".join(labels.values()))
