"""Tilslutningsavtale: built up as SSA-L, the state's standard agreement for ongoing services over the internet, is, with
annexes for the service and the prices. The words are our own: of the standard it has the order, and the reference.
Sources: domain handbook 3.5, 4.2 and 4.3; cases/money M6 for whole months."""

# ruff: noqa: E501 - a table of texts
# fmt: off
from __future__ import annotations

from models.declare.words import N_
from reports.acceding.writing import (
    MONTH_RULE,
    Basis,
    Writer,
    about_party,
    about_place,
    founding,
    price_notes,
    prices,
    signatures,
    who,
)
from reports.document import Chapter, Document, Grid, Part, Section


def write(base: Basis, language: str) -> tuple[Document, list[str]]:
    """The agreement, and what it lacks."""
    w = Writer(language)
    t = w.t
    facts = [
        *about_place(w, base.place),
        *about_party(w, base.party),
        w.fact(N_("Samarbeidsform"), base.issuer.cooperation if base.issuer else None),
        (t("Første dag"), f"{base.first_day:%d.%m.%Y}"),
        (t("Grunnlegger"), founding(base.place, t)),
    ]
    notes = [t(
        "Avtalen følger oppbygningen i Statens standardavtale for løpende tjenestekjøp over internett (SSA-L), som DFØ "
        "forvalter. Teksten er samarbeidets egen."
    )]  # fmt: skip
    parts = [
        Part(t("Avtalen"), [Chapter(t("Avtaletekst"), "", [*_terms(w, base), *_rest(w, base)])], ""),
        signatures(w, base),
        Part(t("Bilag 1 Tjenestevedlegg"), [Chapter(t("Tjenesten"), "", _service(w, base))], ""),
        _renamed(prices(w, base), t("Bilag 2 Priser")),
        Part(t("Slik regnes det"), [], " ".join([t(MONTH_RULE), *price_notes(w, base)])),
        Part(t("Bilag 3 Endringer"), [], "", Grid(
            [t("Nr."), t("Hva som er endret"), t("Dato"), t("Underskrift")], [["1", "", "", ""], ["2", "", "", ""]],
            weights=(1, 6, 2, 4),
        )),
    ]  # fmt: skip
    return w.document(base, t("Tilslutningsavtale"), facts, notes, parts), w.lacks


def _renamed(part: Part, title: str) -> Part:
    return Part(title, part.chapters, part.empty, part.table)


def _terms(w: Writer, base: Basis) -> list[Section]:
    """What is agreed of the time, and who does what."""
    t, one, first = w.t, base.accession, f"{base.first_day:%d.%m.%Y}"
    months = str(one.notice_months) if one.notice_months else None
    return [
        w.section(
            t("1 Hva avtalen gjelder"),
            (t("Formål"), t(
                "Kommunen slutter seg til samarbeidet om Orden og får bruke tjenesten slik bilag 1 beskriver den.")),
            (t("Avtaledokumenter"), t(
                "Denne teksten, bilagene og databehandleravtalen. Ved motstrid går databehandleravtalen foran om "
                "personopplysninger, og ellers denne teksten foran bilagene.")),
        ),
        w.section(
            t("2 Varighet og oppsigelse"),
            (t("Ikrafttredelse"), t(
                "Avtalen gjelder fra den dagen begge parter har signert den og databehandleravtalen, tidligst %(day)s.",
                day=first)),
            (t("Varighet"), t("Avtalen løper til den blir sagt opp.")),
            (t("Oppsigelse"), t(
                "Hver part kan si opp avtalen skriftlig. Fristen i måneder er: %(months)s.",
                months=w.known(N_("Oppsigelsesfrist"), months))),
        ),
        w.section(
            t("3 Partenes plikter"),
            (t("Avtaleparten"), t(
                "Sørger for at tjenesten blir levert, driftet, sikret og utviklet, og at kommunene blir hørt om endringer "
                "som har betydning for dem.")),
            (t("Kommunen"), t(
                "Svarer for opplysningene den registrerer, for hvem den gir tilgang, og for at fakturareferanse og "
                "kontaktopplysninger er riktige.")),
        ),
    ]


def _rest(w: Writer, base: Basis) -> list[Section]:
    """What is agreed of money and changes, and of how it ends."""
    t = w.t
    days = str(base.accession.return_days) if base.accession.return_days else None
    return [
        w.section(
            t("4 Pris og betaling"),
            (t("Prisene"), t(
                "Prisene står i bilag 2, uten merverdiavgift. De er vedtatt i samarbeidet og gjelder til nye er vedtatt. "
                "Vedtatte endringer blir varslet før de gjelder.")),
            (t("Selvkost"), t(
                "A konto-beløpene avregnes hvert år mot det tjenesten faktisk har kostet. Differansen gjøres opp, føres "
                "til neste år eller settes i selvkostfond, slik samarbeidet vedtar.")),
            (t("Tilkoblingsavgift"), t(
                "Betales én gang, etter folketallet den første dagen, og kreves ikke på nytt ved vekst eller "
                "sammenslåing. Den går til utvikling.")),
        ),
        w.section(
            t("5 Endringer og overføring"),
            (t("Endringer"), t("Avtales skriftlig og føres i bilag 3.")),
            (t("Ny avtalepart"), t(
                "Rollen som avtalepart kan gå over til KS eller en annen vert fra en bestemt dag. Kommunen får skriftlig "
                "beskjed, og det som må signeres på nytt, blir lagt fram for den.")),
        ),
        w.section(
            t("6 Når avtalen slutter"),
            (t("Tilbakelevering"), t(
                "Kommunen får alle sine data tilbake i et format som kan leses maskinelt. Fristen i dager er: %(days)s. "
                "Deretter slettes de, og kommunen får en kvittering.", days=w.known(N_("Frist for tilbakelevering"), days))),
            (t("Sluttoppgjør"), t("Den siste måneden regnes hel, og avregningen for året omfatter kommunen.")),
        ),
        w.section(
            t("7 Ansvar og tvister"),
            (t("Mislighold"), t(
                "Den som ikke kan oppfylle avtalen, sier fra uten opphold og retter det innen rimelig tid. Vesentlig "
                "mislighold gir den andre rett til å heve.")),
            (t("Tvister"), t("Løses ved forhandlinger. Norsk rett gjelder, og kommunens verneting brukes.")),
        ),
    ]  # fmt: skip


def _service(w: Writer, base: Basis) -> list[Section]:
    t, supplier = w.t, base.supplier
    support = (
        ", ".join(filter(None, (supplier.contact_name, supplier.contact_email, supplier.contact_phone)))
        if supplier
        else ""
    )
    return [
        w.section(
            t("Innhold"),
            (t("Registre"), t(
                "Applikasjoner, datasett, integrasjoner, tjenester, avtaler, behandlinger, risikovurderinger og DPIA.")),
            (t("Rapporter"), t("Behandlingsprotokollen og de andre rapportene, som nettside, Excel, PDF og Word.")),
            (t("Felleskatalog"), t("Leverandører, produkter og behandlingsmaler, som kommunene bruker og utvikler sammen.")),
        ),
        Section(t("Drift og støtte"), [
            w.answer(N_("Driftsoperatør"), who(base.operator)),
            w.answer(N_("Brukerstøtte"), support),
            w.answer(N_("Tjenestenivå"), base.accession.service_level),
        ]),
    ]  # fmt: skip
