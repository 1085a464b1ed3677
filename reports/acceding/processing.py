"""Databehandleravtale between a municipality and who operates Orden (GDPR art. 28): the main part, with a clause for
each letter of art. 28(3), and annexes A to D. Structure and references are those of the state's template, words our own.
Source: domain handbook 2.2 and 3.5."""

# ruff: noqa: E501 - a table of texts
# fmt: off
from __future__ import annotations

from models.declare.agreeing import SubProcessorConsent
from models.declare.countries import name_of
from models.declare.words import N_
from reports.acceding.writing import NOT_SAID, Basis, Writer, about_party, about_place, official, signatures, who
from reports.document import Answer, Chapter, Document, Grid, Part, Section
from reports.processor_record import MEASURES

# The clauses of art. 28(3), letter by letter: what each is about, and what the processor undertakes.
CLAUSES = (
    ("a", N_("Instruks"), N_(
        "Databehandleren behandler opplysningene bare etter kommunens dokumenterte instruks i bilag C, også når det gjelder "
        "overføring til tredjeland, med mindre lov pålegger noe annet. Da får kommunen vite om lovkravet på forhånd.")),
    ("b", N_("Taushetsplikt"), N_(
        "Alle som får behandle opplysningene, har forpliktet seg til taushet eller har taushetsplikt etter lov. Plikten "
        "varer også etter at avtalen er slutt.")),
    ("c", N_("Sikkerhet"), N_(
        "Databehandleren har de tekniske og organisatoriske tiltakene som artikkel 32 krever. De viktigste står i bilag A.")),
    ("d", N_("Underdatabehandlere"), N_(
        "Databehandleren engasjerer ingen annen databehandler uten at vilkårene i artikkel 28 nr. 2 og 4 og i bilag B er "
        "oppfylt, og svarer for det underdatabehandleren gjør.")),
    ("e", N_("De registrertes rettigheter"), N_(
        "Databehandleren hjelper kommunen med å svare når noen bruker rettighetene sine etter kapittel III, og sender "
        "henvendelser videre uten å svare på egen hånd.")),
    ("f", N_("Hjelp med kommunens plikter"), N_(
        "Databehandleren hjelper kommunen med å oppfylle artikkel 32 til 36: sikkerhet, melding om brudd, "
        "personvernkonsekvensvurdering og forhåndsdrøfting.")),
    ("g", N_("Sletting og tilbakelevering"), N_(
        "Når tjenesten er slutt, får kommunen opplysningene tilbake og de slettes hos databehandleren, med kopier, hvis ikke "
        "lov krever at de blir lagret. Fristen i dager er: %(days)s.")),
    ("h", N_("Dokumentasjon og revisjon"), N_(
        "Databehandleren gir kommunen det den trenger for å vise at artikkel 28 er oppfylt, og legger til rette for revisjon "
        "og inspeksjon av kommunen eller en den har gitt oppdraget.")),
)  # fmt: skip
PARAGRAPH = N_("artikkel 28 nr. 3 bokstav %(letter)s")
CONSENT = {
    SubProcessorConsent.GENERAL: N_(
        "Kommunen gir generell godkjenning. Databehandleren varsler om nye eller utskiftede underdatabehandlere i god tid, "
        "slik at kommunen kan motsette seg det (artikkel 28 nr. 2)."
    ),
    SubProcessorConsent.SPECIFIC: N_(
        "Hver underdatabehandler må være godkjent skriftlig av kommunen på forhånd (artikkel 28 nr. 2)."
    ),
    SubProcessorConsent.FORBIDDEN: N_("Databehandleren bruker ingen underdatabehandlere."),
}


def write(base: Basis, language: str) -> tuple[Document, list[str]]:
    """The agreement, and what it lacks."""
    w = Writer(language)
    t = w.t
    facts = [
        *about_place(w, base.place),
        w.fact(N_("Databehandler"), who(base.operator)),
        *about_party(w, base.party),
        (t("Første dag"), f"{base.first_day:%d.%m.%Y}"),
    ]
    notes = [t(
        "Avtalen er inngått etter personvernforordningen artikkel 28 nr. 3 og følger oppbygningen i statens mal: hoveddel og "
        "bilag A til D. Kommunen er behandlingsansvarlig. Inngår avtaleparten avtalen for databehandleren, skjer det etter "
        "fullmakt."
    )]  # fmt: skip
    parts = [
        Part(t("Hoveddel"), [Chapter(t("Avtalevilkår"), "", _main(w, base))], ""),
        signatures(w, base),
        Part(t("Bilag A Opplysninger om behandlingen"), [Chapter(t("Behandlingen"), "", _processing(w, base))], ""),
        Part(t("Bilag B Underdatabehandlere"), [Chapter(t("Vilkår og godkjente"), "", _below(w, base))], ""),
        Part(t("Bilag C Instruks"), [Chapter(t("Kommunens instruks"), "", _instructions(w))], ""),
        Part(t("Bilag D Endringer"), [], "", Grid(
            [t("Nr."), t("Hva som er endret"), t("Dato"), t("Underskrift")], [["1", "", "", ""], ["2", "", "", ""]],
            weights=(1, 6, 2, 4),
        )),
    ]  # fmt: skip
    return w.document(base, t("Databehandleravtale"), facts, notes, parts), w.lacks


def _main(w: Writer, base: Basis) -> list[Section]:
    t, days = w.t, base.accession.return_days
    params = {"days": w.known(N_("Frist for tilbakelevering"), str(days) if days else None)}
    duties = [
        Answer(f"{letter}) {t(name)}", [f"{t(text, **params) if letter == 'g' else t(text)} ({t(PARAGRAPH, letter=letter)})"])
        for letter, name, text in CLAUSES
    ]
    return [
        w.section(
            t("1 Partene og formålet"),
            (t("Behandlingsansvarlig"), official(base.place)),
            (t("Databehandler"), base.operator.name if base.operator else t(NOT_SAID)),
            (t("Formål"), t("Å drifte Orden for kommunen, slik bilag A beskriver. Opplysningene brukes ikke til noe annet.")),
        ),
        Section(t("2 Databehandlerens plikter"), duties),
        w.section(
            t("3 Det som ellers gjelder"),
            (t("Ulovlig instruks"), t(
                "Mener databehandleren at en instruks er i strid med personvernreglene, sier den straks fra til kommunen "
                "(artikkel 28 nr. 3 siste ledd).")),
            (t("Brudd på sikkerheten"), t(
                "Databehandleren varsler kommunen uten ugrunnet opphold når den får vite om et brudd, og gir det kommunen "
                "trenger for å melde det innen 72 timer (artikkel 33 nr. 2).")),
            (t("Protokoll"), t(
                "Databehandleren fører protokoll over det den gjør for kommunen (artikkel 30 nr. 2).")),
            (t("Varighet"), t(
                "Avtalen gjelder fra begge parter har signert, og så lenge databehandleren har opplysninger for kommunen.")),
        ),
    ]  # fmt: skip


def _processing(w: Writer, base: Basis) -> list[Section]:
    t, supplier = w.t, base.supplier
    said = [
        Answer(t("Formål"), [t("Drift, støtte og utvikling av Orden for kommunen.")]),
        Answer(t("Behandlingens art"), [
            t("Lagring, visning, sikkerhetskopiering, feilretting og uttrekk etter kommunens ønske.")]),
        Answer(t("Kategorier av registrerte"), [
            t("Ansatte og andre brukere i kommunen; kontaktpersoner hos leverandører og samarbeidspartnere; de som er nevnt i saker om avvik og innsyn.")]),
        Answer(t("Personopplysninger"), [
            t("Navn, e-post, telefon, rolle og enhet; innlogginger, endringer og uttrekk som loggen viser.")]),
        Answer(t("Særlige kategorier"), [
            t("Registrene er ikke laget for slike opplysninger: de beskriver behandlinger, ikke dem behandlingene gjelder. "
              "Fødselsnummer blir avvist.")]),
        Answer(t("Varighet"), [t("Så lenge avtalen gjelder, og til opplysningene er tilbakelevert og slettet.")]),
        w.answer(N_("Sted for driften"), name_of(supplier.country, w.language) if supplier and supplier.country else None),
        w.answer(N_("Sertifiseringer"), supplier.certifications if supplier else None),
        Answer(t("Sikkerhetstiltak"), [t(one) for one in MEASURES]),
    ]  # fmt: skip
    return [Section(t("Omfang"), said)]


def _below(w: Writer, base: Basis) -> list[Section]:
    t, one, supplier = w.t, base.accession, base.supplier
    terms = t(CONSENT[one.consent]) if one.consent in CONSENT else None
    said = [Answer(t("Godkjenning"), [w.known(N_("Godkjenning av underdatabehandlere"), terms)])]
    if one.consent is not SubProcessorConsent.FORBIDDEN:
        there = supplier.subprocessors if supplier else None
        said += [
            Answer(t("Krav"), [t(
                "Underdatabehandleren har de samme pliktene som databehandleren, i en skriftlig avtale (artikkel 28 nr. 4).")]),
            w.answer(N_("Godkjente underdatabehandlere"), there),
        ]  # fmt: skip
    return [Section(t("Underdatabehandlere"), said)]


def _instructions(w: Writer) -> list[Section]:
    t = w.t
    return [w.section(
        t("Instruks"),
        (t("Bruk"), t("Opplysningene behandles bare for å levere Orden til kommunen, i de funksjonene kommunen bruker.")),
        (t("Tilgang"), t("Bare de som trenger det for å drifte og gi støtte, har tilgang, og tilgangen blir logget.")),
        (t("Skille"), t("Kommunens opplysninger holdes skilt fra andre kommuners.")),
        (t("Sted"), t(
            "Opplysningene lagres og behandles i EØS. Overføring til tredjeland krever ny instruks og grunnlag etter "
            "kapittel V.")),
        (t("Sletting"), t("Det kommunen sletter, kan hentes tilbake i 30 dager og er deretter borte, også fra "
                          "sikkerhetskopier når de er skiftet ut.")),
        (t("Henvendelser"), t("Fra registrerte, Datatilsynet og andre sendes til kommunen.")),
    )]  # fmt: skip
