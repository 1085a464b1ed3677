"""The closed vocabularies of self-cost: kinds of cost, keys, what is done with a difference, accounts. What law keeps
out of self-cost is said here, with its reason (selvkostforskriften, FOR-2019-12-11-1731)."""

from __future__ import annotations

from models.declare.words import N_, Choice


class CostKind(Choice):
    OPERATION = "operation", N_("Drift")
    LICENCES = "licences", N_("Lisenser")
    STAFF = "staff", N_("Personell")
    MANAGEMENT = "management", N_("Forvaltning")
    DEVELOPMENT = "development", N_("Videreutvikling")
    TRAINING = "training", N_("Opplæring")
    OTHER = "other", N_("Annet")
    EXECUTIVE = "executive", N_("Administrativ ledelse")
    ELECTED = "elected", N_("Folkevalgte organer")
    OWNERS = "owners", N_("Eierorganer")


# Never part of self-cost, whoever says otherwise: § 4. Owners' bodies are the general meeting and the representantskap.
EXCLUDED = {CostKind.EXECUTIVE, CostKind.ELECTED, CostKind.OWNERS}
BY_LAW = N_("Selvkostforskriften § 4: %(kind)s er ikke en del av selvkost.")
NOT_ATTRIBUTABLE = N_("Ført som ikke henførbar.")


class SettlementKey(Choice):
    ON_ACCOUNT = "on_account", N_("A: i forhold til a konto")
    INHABITANTS = "inhabitants", N_("B: fast del beholdes, resten per innbygger")


class Handling(Choice):
    NOW = "now", N_("Gjøres opp nå")
    NEXT = "next", N_("Trekkes fra eller legges til neste års a konto")
    FUND = "fund", N_("Selvkostfond")


class RateStatus(Choice):
    FINAL = "final", N_("Endelig"), "success"
    ESTIMATE = "estimate", N_("Anslag"), "warning"


class Account(Choice):
    """Accounts of the ledger. The two funds are what is owed, so they grow by what is credited."""

    RESULT = "result", N_("Årets selvkost")
    MUNICIPALITIES = "municipalities", N_("Gjøres opp med kommunene")
    NEXT_YEAR = "next_year", N_("Neste års a konto")
    INVOICED = "invoiced", N_("Fakturert kommunene")
    SUPPLEMENTS = "supplements", N_("Tillegg")
    SELF_COST_FUND = "self_cost_fund", N_("Selvkostfond")
    INTEREST = "interest", N_("Kalkulatoriske renter")
    DEVELOPMENT_FUND = "development_fund", N_("Utviklingsfond")
    CONNECTION_FEES = "connection_fees", N_("Tilkoblingsavgifter")
    PROJECTS = "projects", N_("Vedtatte prosjekter")


class Source(Choice):
    """What an entry in the ledger comes from."""

    CHARGE = "run", N_("Belastning ført for hånd")
    INVOICE = "invoice", N_("Faktura")
    SETTLEMENT = "settlement", N_("Avregning")
    DECISION = "decision", N_("Vedtak")
    INTEREST = "interest", N_("Renter")
    MANUAL = "manual", N_("Ført for hånd")
