"""Spreadsheets as a municipality of 1 300 inhabitants keeps them, dirty as such sheets are. All of it is made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.support.dirty import xlsx

Line = Sequence[Any]
APPLICATION_HEADINGS = (
    "System",
    "Leverandør",
    "Beskrivelse av systemet",
    "Status",
    "Enhet",
    "Systemeier",
    "Antall brukere",
    "I bruk fra",
    "2-faktor",
    "Personopplysninger",
    "Driftsmodell",
    "Lisens per år",
    "Fargekode",
)
# What a person says of the headings that nothing tells: the name of the system, and whether it asks twice.
APPLICATION_COLUMNS = {"System": "name", "Beskrivelse av systemet": "description", "2-faktor": "two_factor"}
# A cell after a semicolon, «=» before what is no text; a dash alone is an empty row.
_APPLICATIONS = """
Gat lønnsvarsel;Visma AS;Varsler om lønn;i bruk;Økonomi og lønn;Geir Olav Tveit;=45;=2019-03-01;ja;Ja;;=12000;grønn
Visma Enterprise fakturering;Visma (Enterprise);;I BRUK;økonomi og lønn;;12;01.02.2018;x;ja;;kr 45 000;grønn
Elements innsyn;Sikri AS;Postliste / og innsyn;I bruk;Servicetorg og arkiv;;8 ;2020-05-04;1;nei;;=30000.5
Tieto barnehage;Tieto Evry;Gammel plan;Avviklet;Barnehagene;;;1. januar 2011;nei;;;;rød
Kidplan;Kidplan AS;App for foreldre;I bruk;Barnehagene;;=60;aug. 2021;Nei;ja;;9 900,-;gul
Transponder melding;TRANSPONDER;Meldinger til foresatte;I bruk;Oppvekst;;=90;Q3 2020;nei;ja
Conexus;Conexus a/s;;I bruk;Oppvekst;;=20;2017;ja;ja;;15.000
Minuba vaktmester;Minuba;;I bruk;Samfunn og teknisk;Roar Engen;=5;=2022-01-10;;nei
GisLine nett;Norkart  as;Kart på nett;I bruk;Plan, bygg og kart;;=9;10/1-2016;0;nei;;22 500
Komtek gebyr;norkart;;i bruk;Vann og avløp;;4;03.2015;nei;ja
Volue stikk;Volue;;Planlagt;Vann og avløp;;;Q2 2027;ja;nei
Lokus;Locus;;I bruk;Samfunn og teknisk;;=22;1.4.19;x;nei
Bibliofil Mikromarc;Bibliotek Systemer;;I bruk;Kultur og bibliotek;;=3;2009;nei;ja;;=18000
Ungdata-skjema;;Spørreskjema;I bruk;Oppvekst;;;;nei;ja
Digipost jobb;Posten Bring;;I bruk;Stab og fellestjenester;;=30;5. mai 2020;ja;ja
-
Simployer;Simployer;Personal;Under anskaffelse;Stab og fellestjenester;Anne Lise Bråten;=140;31. desember 2026;ja;\
ja;;60 000
Vipps for biblioteket;Vipps mobilepay;;I bruk;Kultur og bibliotek;;=2;01.06.2021;ja;nei
Teams Rooms;Microsoft Norge AS;Møterom;I bruk;IKT og digitalisering;;=12;12.12.2021;sant;nei
Jamf skole;JAMF;;I bruk;IKT og digitalisering;;=6;2022-08-15;ja;ja
Veeam i kjelleren;Veeam;Sikkerhetskopi;I bruk;IKT og digitalisering;;=2;2014;usann;nei
Milestone rådhus;Milestone Systems;Kamera;I bruk;Samfunn og teknisk;;=2;jan 2020;nei;ja
Salto svømmehall;Salto systems;;I bruk;Kultur og bibliotek;;=4;2023;nei;ja
Puzzel sentralbord;Puzzel as;;Under utfasing;Servicetorg og arkiv;;=7;1.1.2013;nei;ja;;;rød
Compilo avvik;Compilo;;I bruk;Stab og fellestjenester;Anne Lise Bråten;=150;01.09.2018;ja;ja
Framsikt budsjett;FRAMSIKT AS;;I bruk;Økonomi og lønn;;=14;2016;ja;nei
Mercell kgv;Mercell;;I bruk;Økonomi og lønn;;=5;2019-01-01;ja;nei
Evondos hjemme;Evondos;Medisindispenser;I bruk;Hjemmetjenesten;;=11;2021;ja;ja
Sensio RoomMate;Sensio AS;;I bruk;Rjukan sykehjem;;=24;2020;ja;ja
Skyresponse alarm;SkyResponse;;I bruk;Hjemmetjenesten;;=18;2021-03-15;ja;ja
HsPro vaksine;Visma;;I bruk;Helsestasjonen;;=6;2010;ja;ja
Plenario;Infodoc AS;;I bruk;Helse og omsorg;;=9;2018;ja;ja
Socio gammel;Tietoevry;;Avviklet;NAV Tinn;;;1999;nei;ja
Velferd mobil;Visma;;I bruk;NAV Tinn;;=6;2022;ja;ja
Regneark for skjenking;;Excel på fellesområdet;I bruk;Servicetorg og arkiv;;=1;for lenge siden;nei;ja
Gerica;Tietoevry;Står i Orden fra før;I bruk;Helse og omsorg;;=130;2008;ja;ja
Minuba vaktmester;Minuba;;I bruk;Samfunn og teknisk;Roar Engen;=5;=2022-01-10;;nei
Vaktbok;Lokal Snekker & Data;;Kanskje;Vann og avløp;;ca 3;2001;nei;nei
Turneringsplan;Rubic;;I bruk;Kultur og bibliotek;;=3;2022;ja;ja
Acos skjema;ACOS AS;;I bruk;Servicetorg og arkiv;;=40;2018-02-01;ja;ja;;25000
Kommune Kari nynorsk;Prokom AS;;I bruk;Servicetorg og arkiv;;;2021;;nei
"""


def _cell(text: str) -> Any:
    if not text.startswith("="):
        return text or None
    number = text[1:]
    return date.fromisoformat(number) if number.count("-") > 1 else float(number) if "." in number else int(number)


def _line(text: str) -> Line:
    cells = [] if text == "-" else [_cell(one) for one in text.split(";")]
    return (*cells, *[None] * (len(APPLICATION_HEADINGS) - len(cells)))


APPLICATIONS: tuple[Line, ...] = tuple(map(_line, _APPLICATIONS.strip().split("\n")))


def applications() -> bytes:
    """Forty applications under a title, with an empty row among them."""
    head: tuple[Line, ...] = (("IKT-systemer i kommunen – oppdatert av Roar i fjor høst",), (), APPLICATION_HEADINGS)
    return xlsx([*head, *APPLICATIONS])


ACTIVITY_HEADINGS = (
    "Navn på behandling/prosess",
    "Ansvarlig avdeling",
    "Formål",
    "Behandlingsgrunnlag (art. 6)",
    "Behandlingsgrunnlag særlige kategorier (art. 9)",
    "Supplerende rettsgrunnlag (lov)",
    "Kategorier av registrerte",
    "Kategorier av personopplysninger",
    "Særlige kategorier",
    "Kilde",
    "Mottakere",
    "Databehandler",
    "Tredjeland",
    "Overføringsgrunnlag",
    "Slettefrist",
    "System/lagringssted",
    "Sikkerhetstiltak",
    "Avvik",
    "Dato sist oppdatert",
    "Hvem hos oss",
)


def _activity(name: str, *said: Any) -> Line:
    """An activity by the columns that are told of it, in their order, the rest blank."""
    return (name, *said, *[None] * (len(ACTIVITY_HEADINGS) - 1 - len(said)))


SIX = (
    "Artikkel 6. Bokstav c - rettslig forpliktelse",
    "6 (1) c",
    "art 6 nr 1 bokstav c)",
    "6.1.e",
    "Art. 6 nr. 1 e",
    "GDPR art. 6 (1) bokstav e",
    "6 nr 1 c og e",
    "bokstav e",
    "samtykke",
    "Artikkel 6 nr. 1 bokstav a",
)
LAWS = (
    "Barnehageloven § 47, opplæringslova kap. 25",
    "opplæringsloven § 2-1",
    "Forvaltningsloven",
    "arkivloven § 6",
    "Plan- og bygningsloven § 20-1 og forvaltningsloven § 17",
    "Lov om barnehager (barnehageloven) § 8",
    "Helse- og omsorgstjenesteloven § 3-1\nPasientjournalloven § 8",
    "kommuneloven kap 11",
    "Barnevernloven § 1-3",
    "Internt reglement fra 1998",
)
SUBJECTS = (
    "Elever, foresatte",
    "- Elever\n- Foresatte",
    "Ansatte og tidligere ansatte",
    "Innbyggere",
    "• Pasienter\n• Pårørende",
    "Hundeeiere",
)
DATA = (
    "Navn, adresse, fødselsdato",
    "• Navn\n• Kontaktopplysninger",
    "Navn og adresse",
    "Navn; Helseopplysninger",
    "navn, kjæledyr",
)
KEPT = (
    "5 år",
    "60 mnd",
    "10 år etter avsluttet sak",
    "Bevares",
    "Slettes når formålet er oppfylt",
    "ett år",
    "Etter arkivloven",
    None,
)
PROCESSORS = ("Visma", "Visma AS, Tietoevry", "Nei", "ingen", "Microsoft\nGoogle", "Lokal Snekker & Data", None)
COUNTRIES = (
    ("Nei", None),
    ("USA", "SCC"),
    ("Nei", "Ikke aktuelt"),
    (None, None),
    ("USA (Microsoft)", "Standardvilkår"),
)
RECEIVED = ("NAV, Skatteetaten", "Ingen eksterne", "Fastlege og sykehus", "- Statsforvalteren\n- NAV", None)
SYSTEMS = ("Gerica", "Visma HRM, Microsoft 365", "Public 360° og Excel", "permer i kjelleren", None)
MEASURES = (
    "Rollebasert tilgangsstyring",
    "Opplæring, Taushetserklæring",
    "• Opplæring\n• Skriftlige rutiner",
    "Låst skap",
)
SPECIAL = ("Nei", "Ja", "Ja, helseopplysninger", None, "x")
NINE = (None, "9.2.h", "Art. 9 nr. 2 bokstav h", "Ikke aktuelt", "art. 9 (2) g")
UNITS = ("Oppvekst", "Helse og omsorg", "økonomi og lønn", "Servicetorg og arkiv", "Ungdomsavdelingen", None)
WHO = ("Kari", None, "se eget ark", "Roar")


def _made(number: int) -> Line:
    country, ground = COUNTRIES[number % len(COUNTRIES)]
    return _activity(
        f"Behandling {number}: saksområde {number % 7}",
        UNITS[number % len(UNITS)],
        f"Gjøre oppgave {number}",
        SIX[number % len(SIX)],
        NINE[number % len(NINE)],
        LAWS[number % len(LAWS)],
        SUBJECTS[number % len(SUBJECTS)],
        DATA[number % len(DATA)],
        SPECIAL[number % len(SPECIAL)],
        "Den registrerte selv",
        RECEIVED[number % len(RECEIVED)],
        PROCESSORS[number % len(PROCESSORS)],
        country,
        ground,
        KEPT[number % len(KEPT)],
        SYSTEMS[number % len(SYSTEMS)],
        MEASURES[number % len(MEASURES)],
        "Ett avvik i 2023" if number % 9 == 0 else None,
        date(2023, 1 + number % 12, 5),
        WHO[number % len(WHO)],
    )


ACTIVITIES: tuple[Line, ...] = tuple(map(_made, range(35)))


def activities() -> bytes:
    """Thirty-five activities as Datatilsynet lays them out, with columns of one's own."""
    return xlsx([("Protokoll over behandlingsaktiviteter",), ACTIVITY_HEADINGS, *ACTIVITIES])
