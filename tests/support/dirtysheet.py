"""Spreadsheets as small municipalities have them: titles above, names of their own, several in a cell, and faults."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

ACTIVITIES = Path(__file__).parent.parent / "data" / "activities.txt"

HEADINGS = (
    "System", "Beskrivelse", "Leverandør", "Status", "Driftsmodell", "Antall brukere", "I bruk fra", "Nettside",
    "Gamle notater", "Kontakt hos leverandør",
)  # fmt: skip
NAMES = (
    "Visma Flyt Barnehage", "Elements sak og arkiv", "Gerica", "Komtek", "Gemini VA", "Socio", "Famac", "Oppad",
    "WinMed Helsestasjon", "Agresso Økonomi", "Unique Profil", "HsPro", "BraArkiv", "ESA 8", "Norkart Kommunekart",
    "ISY Eiendom", "IK-bygg", "Facilit FDV", "Compilo", "Netigate", "Min kommune-appen", "Transponder Meldingsbok",
    "IST Everyday", "Vigilo Oppvekst", "Bibliofil", "Mikromarc", "Spond lag", "Checkin Kino", "DX Billett", "BookUp",
    "Rubic kulturskole", "Speedadmin", "Digital Samhandling", "Helseboka lokal", "DigiHelse lokal", "Tellu Trygghet",
    "Hepro Respons", "Dossier Kompetanse", "Easycruit lokal", "Webcruiter lokal",
)  # fmt: skip
BAD = {7: (5, "mange"), 23: (5, "ca. tolv")}  # by row: a column, and what cannot stand there


def applications(place: Path) -> Path:
    """Forty applications under a title, two of them with something that cannot be."""
    book = xlsxwriter.Workbook(place)
    page, bold = book.add_worksheet("Fagsystemer"), book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
    days = book.add_format({"num_format": "d. mmm yyyy", "italic": True})
    page.merge_range(0, 0, 0, len(HEADINGS) - 1, "Fagsystemer i kommunen (oppdatert i mai)", bold)
    page.write_row(2, 0, HEADINGS, bold)
    for number, name in enumerate(NAMES):
        row = 3 + number
        status = ("I bruk", "i bruk ", "Planlagt", "Avviklet")[number % 4]
        users = BAD[number][1] if number in BAD else 10 + number
        page.write_row(row, 0, (name, f"Brukes til {name.lower()}", "", status, "", users))
        page.write_datetime(row, 6, date(2015 + number % 9, 1 + number % 12, 1), days)  # type: ignore[arg-type]  # a day
        page.write_row(row, 7, ("https://example.no" if number % 3 else "", "spør Anne" if number % 5 == 0 else "", ""))
    book.close()
    return place


# Two rows of headings: what the upper one is merged over, and what stands under it.
ACTIVITY_GROUPS = {
    "Om behandlingen": ("Nr", "Hva gjør vi?", "Formål med behandlingen", "Ansvarlig avdeling", "Rolle"),
    "Lovlighet": ("Behandlingsgrunnlag", "Lovhjemmel", "Særlige kategorier", "Grunnlag art. 9"),
    "Hvem og hva": ("Registrerte", "Personopplysninger", "Barn"),
    "Hvem får opplysningene": ("Mottakere", "Databehandler", "Tredjeland", "Overføringsgrunnlag"),
    "Lagring": ("System", "Slettefrist", "Sikkerhetstiltak"),
    "Oppfølging": ("Gyldig fra", "Neste revisjon", "Sist oppdatert", "Kontakt hos oss", "Fargekode"),
}
ACTIVITY_NAME = "Om behandlingen - Hva gjør vi?"  # which nobody can tell is the name
ROLES = ("Behandlingsansvarlig", "behandlingsansvarlig", "", "Behandlingsansvarleg")
REVIEWS = ("Q2 2027", "mai 2027", "1.3.2027", "")
COLOURS = ("grønn", "gul", "")


def activities(place: Path) -> Path:
    """Thirty-five activities under a title and two rows of headings, two of them told twice and one with what Orden
    must not have. A line of the data is what they are, from the name to the measures."""
    book = xlsxwriter.Workbook(place)
    page, bold = book.add_worksheet("Protokoll"), book.add_format({"bold": True, "bg_color": "#E2EFDA", "border": 1})
    days, wrapped = book.add_format({"num_format": "dd.mm.yy"}), book.add_format({"text_wrap": True})
    headings = [one for group in ACTIVITY_GROUPS.values() for one in group]
    page.merge_range(0, 0, 0, len(headings) - 1, "Protokoll over behandlingsaktiviteter – Fjelldal kommune", bold)
    page.write(1, 0, "Sist gjennomgått på ledermøtet 12. mai")
    column = 0
    for group, under in ACTIVITY_GROUPS.items():
        page.merge_range(3, column, 3, column + len(under) - 1, group, bold)
        column += len(under)
    page.write_row(4, 0, headings, bold)
    for number, line in enumerate(ACTIVITIES.read_text(encoding="utf-8").splitlines()):
        row, said = 5 + number, [one.replace("\\n", "\n") for one in line.split("|")]
        said += [""] * (17 - len(said))
        page.write_row(row, 0, (number + 1, *said[:3], ROLES[number % len(ROLES)], *said[3:]), wrapped)
        page.write_datetime(row, 19, date(2018 + number % 6, 1 + number % 12, 1), days)  # type: ignore[arg-type]  # a day
        page.write(row, 20, REVIEWS[number % len(REVIEWS)])
        page.write(row, 21, f"{1 + number}. januar 2025" if number % 3 else "2024")
        page.write_row(row, 22, ("Anne" if number % 4 == 0 else "", COLOURS[number % len(COLOURS)]))
    book.close()
    return place
