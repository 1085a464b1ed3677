"""Closed vocabularies of what is charged: what for, by whom, with which tax, and how it is paid."""

from __future__ import annotations

from models.declare.words import N_, Choice

MONTHS = 12  # of a year, which prices are for


class ChargeKind(Choice):
    """What a municipality is charged: by the prices, and what no price says."""

    CONNECTION = "connection", N_("Tilkoblingsavgift")
    FIXED = "fixed", N_("A konto, fast del")
    INHABITANT = "inhabitant", N_("A konto, per innbygger")
    SUPPLEMENT = "supplement", N_("Tillegg")
    CREDIT = "credit", N_("Kreditering")
    SETTLEMENT = "settlement", N_("Avregning")


class PartyRole(Choice):
    OWNER = "owner", N_("Eier")
    PROJECT_OWNER = "project_owner", N_("Prosjekteier")
    CONTRACT_PARTY = "contract_party", N_("Avtalepart")
    ISSUER = "issuer", N_("Fakturautsteder")
    OPERATOR = "operator", N_("Driftsoperatør (databehandler)")


class VatStatus(Choice):
    """How what an issuer sells stands to value added tax, by the codes of UNCL 5305 (domain handbook 4.4)."""

    STANDARD = "S", N_("Avgiftspliktig, 25 %")
    OUTSIDE = "O", N_("Utenfor avgiftsområdet")
    UNTAXED = "E", N_("Unntatt fra avgift")


class KidKind(Choice):
    """How the check digit of a KID is worked out, as agreed with the bank."""

    MOD10 = "mod10", N_("MOD10")
    MOD11 = "mod11", N_("MOD11")
