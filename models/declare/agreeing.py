"""Closed vocabularies of what is agreed with suppliers, beside the state of an agreement."""

from __future__ import annotations

from models.declare.words import N_, Choice


class OptionUse(Choice):
    """What has become of an option of an agreement."""

    OPEN = "open", N_("Ikke bestemt"), "warning"
    USED = "used", N_("Brukt"), "success"
    DECLINED = "declined", N_("Brukes ikke"), "neutral"


class SubProcessorConsent(Choice):
    GENERAL = "general", N_("Generell godkjenning")
    SPECIFIC = "specific", N_("Godkjenning for hver enkelt")
    FORBIDDEN = "forbidden", N_("Ikke tillatt")
