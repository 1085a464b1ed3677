"""Closed vocabularies of joining: the steps from asked to in force, the papers, and who signs them."""

from __future__ import annotations

from models.declare.words import N_, Choice


class Step(Choice):
    """How far a municipality has come."""

    ASKED = "asked", N_("Har spurt"), "warning"
    QUOTED = "quoted", N_("Har fått tilbud"), "info"
    READY = "ready", N_("Papirene er klare"), "info"
    SIGNING = "signing", N_("Til signering"), "info"
    IN_FORCE = "in_force", N_("I kraft"), "success"
    DECLINED = "declined", N_("Avslått"), "neutral"
    WITHDRAWN = "withdrawn", N_("Trukket"), "neutral"


OPEN = (Step.ASKED, Step.QUOTED, Step.READY, Step.SIGNING)


class PaperKind(Choice):
    QUOTE = "quote", N_("Tilbud")
    AGREEMENT = "agreement", N_("Tilslutningsavtale")
    PROCESSING = "processing", N_("Databehandleravtale")


SIGNED_PAPERS = (PaperKind.AGREEMENT, PaperKind.PROCESSING)


class Signer(Choice):
    """Who signs: the municipality first."""

    MUNICIPALITY = "municipality", N_("Kommunen")
    CONTRACT_PARTY = "contract_party", N_("Avtaleparten")


class Event(Choice):
    """What has happened to an accession."""

    ASKED = "asked", N_("Spurte om å bli med")
    QUOTED = "quoted", N_("Tilbud utstedt")
    READY = "ready", N_("Papirene laget")
    SENT = "sent", N_("Sendt til signering")
    SIGNED = "signed", N_("Signert")
    OPENED = "opened", N_("Satt i kraft")
    DECLINED = "declined", N_("Avslått")
    WITHDRAWN = "withdrawn", N_("Trukket")
    TAKEN_BACK = "taken_back", N_("Tatt tilbake")
