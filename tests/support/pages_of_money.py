"""The pages of money and of who joins: prices, invoices, settlements, accessions, parties."""

from __future__ import annotations

from tests.support import charging, joining
from tests.support.pagekinds import FRIDA, KARI, LARS, PER, TONE, Kind

CHARGED = (
    Kind("start of billing", FRIDA, "/"),
    Kind("invoicing", FRIDA, "/invoicing/", every=True),
    Kind("invoicing, what a year comes to", FRIDA, "/invoicing/preview/?year=2026", every=True),
    Kind("invoicing, a run of one's own", FRIDA, "/invoicing/preview/?year=2026", charging.make_a_run),
    Kind("invoicing, a run that is issued", FRIDA, "/invoicing/preview/?year=2026", charging.issue_a_run, every=True),
    Kind("invoicing, what a settlement comes to", FRIDA, "/settlements/2025/", charging.settle_now, every=True),
    Kind("form of a supplement", FRIDA, "/supplement/new/"),
    Kind("invoice", FRIDA, "/invoicing/preview/?year=2026", charging.open_an_invoice, every=True),
    Kind("invoice, nothing to correct", FRIDA, "/invoicing/preview/?year=2026", charging.look_at_a_correction),
    Kind("invoices of a municipality", TONE, "/invoices/"),
    Kind("money of a municipality", LARS, "/money/", every=True),
    Kind("price, what if", None, "/quote/other/?municipality=Larvik&fixed=8000&inhabitants=52000", every=True),
    Kind("price, nothing asked", None, "/quote/"),
    Kind("price of a municipality", None, "/quote/?municipality=Larvik&from=2027-06-15", every=True),
    Kind("price of a founder", KARI, "/quote/?municipality=Tinn&from=2026-12-01"),
    Kind("price, what is no question", None, "/quote/?inhabitants=mange", status=400),
    Kind("simulation of prices", PER, "/reports/prissimulering/?fixed=8000&budget=600000"),
    Kind("joining, a question", None, "/quote/ask/?municipality=Larvik", every=True),
    Kind("joining, a question refused", None, "/quote/ask/", joining.ask_of_a_member),
    Kind("joining, a question sent", None, "/quote/asked/"),
    Kind("joining, all municipalities", PER, "/accessions/", joining.ask, every=True),
    Kind("joining, has asked", PER, "/accessions/", joining.open_it, every=True),
    Kind("joining, has a quote", PER, "/accessions/", joining.quote),
    Kind("joining, to be signed", PER, "/accessions/", joining.send, every=True),
    Kind("joining, in force", PER, "/accessions/", joining.settle),
    Kind("population from SSB", PER, "/population/"),
    Kind("population from SSB, looked at", PER, "/population/", charging.look_at_figures, every=True),
    Kind("form of a party", PER, "/party/new/"),
)
