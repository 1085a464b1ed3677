"""The columns of a sheet that people fill in: each says what may stand in it, where it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from exchange.columns import BESIDE, CLEAR, NUMBER, OF_PARTS, OWNER, PARENT, PARENT_NAME, VERSION, is_filled_in
from exchange.out.offered import MOST, Offered
from models.declare.fields import Field, is_owned
from models.declare.shapes import Shape
from models.declare.words import N_
from models.queries.quality import FILLED
from models.tenancy import scope
from reports.base import Told
from reports.columns import column, emphasis_of
from reports.language import Translate
from reports.table import Column, Kind, Sheet

HOW: dict[Shape, str] = {
    Shape.TEXT: "",
    Shape.LONG_TEXT: "",
    Shape.WHOLE: N_("Et helt tall."),
    Shape.DECIMAL: N_("Et tall."),
    Shape.MONEY: N_("Et beløp i kroner."),
    Shape.PERCENTAGE: N_("Et tall i prosent."),
    Shape.DATE: N_("En dato, slik: 31.12.2026."),
    Shape.MOMENT: N_("Dato og klokkeslett, slik: 31.12.2026 14:30."),
    Shape.YEAR: N_("Et årstall, slik: 2026."),
    Shape.MONTH: N_("En måned, slik: 12.2026."),
    Shape.DAYS: N_("Et helt tall."),
    Shape.MONTHS: N_("Et helt tall."),
    Shape.YEARS: N_("Et helt tall."),
    Shape.YES_NO: N_("Velg fra lista."),
    Shape.ANSWER: N_("Velg fra lista."),
    Shape.CHOICE: N_("Velg fra lista."),
    Shape.EMAIL: N_("En e-postadresse."),
    Shape.PHONE: N_("Et telefonnummer."),
    Shape.WEB_ADDRESS: N_("En nettadresse."),
    Shape.LINKS: N_("Nettadresser, én på hver linje."),
    Shape.ORGANISATION_NUMBER: N_("Ni siffer."),
    Shape.COUNTRY: N_("To bokstaver, slik: NO."),
    Shape.MUNICIPALITY_NUMBER: N_("Fire siffer."),
    Shape.REFERENCE: N_("Ett navn."),
    Shape.REFERENCES: N_("Ett navn på hver linje."),
    Shape.ROWS: N_("Fylles ut på arket «%(sheet)s»."),
    Shape.REASONS: "",
}
FROM_LIST = N_("Velg fra lista, eller skriv navnet.")
BY_ORDEN = N_("Fylles ut av Orden.")
LET_BE = N_("Dette fyller Orden ut. La det stå som det er.")
IS_LISTED = N_("Dette står ikke i lista. Velg fra den.")
NOT_LISTED = N_("Dette står ikke i lista. Skal det likevel stå, for eksempel %(clear)s, så svar ja.")
WHAT_TO_DO = (
    N_("Overskrifter med stjerne må fylles ut. Arket «Kolonnene» sier hva hver kolonne skal ha."),
    N_("Skal det stå flere verdier i en celle, så skriv én på hver linje: Alt + Enter."),
    N_("Skriv %(clear)s i en celle for å tømme feltet i Orden."),
)
OF_ROWS = (
    N_("La Orden-nummer og Orden-versjon stå. Av dem ser Orden hvilken rad det er, og om noen har endret den siden."),
    N_("En ny rad skrives nederst, uten nummer. En rad som tas bort fra arket, blir ikke slettet i Orden."),
)
UNLOCK = N_(
    "Arkene er låst uten passord, så ingen endrer numrene ved et uhell. Excel sorterer ikke før arket er låst opp: "
    "Se gjennom, Opphev arkbeskyttelse."
)
TOO_MANY = N_("«%(columns)s» har ingen liste, for det er mer enn %(most)s å velge mellom. Skriv navnet.")


class Columns:
    """Makes the columns of one workbook."""

    def __init__(self, offered: Offered) -> None:
        self.offered, self.ask = offered, offered.ask

    def field(self, register: type[Any], known: Field, label: str | None = None, *, local: bool = False) -> Column:
        """The column of a field, called `label` where that is another than its own. `local` is read in the reader's
        language, and is then not what is written."""
        t = self.ask.t
        if known is FILLED:
            return _locked(t, Column(t("Utfylt (prosent)"), Kind.INTEGER, note=t(known.help)))
        made = column(known, t, emphasis=emphasis_of(known), label=label)
        if local or not is_filled_in(register, known):
            return _locked(t, made)
        choices = self.offered.of(known)
        how = t(FROM_LIST) if choices and known.shape is Shape.REFERENCE else _how(known, t)
        return replace(
            made, note=f"{how} {made.note}".strip(), choices=choices, required=known.required,
            refusal=_refusal(t, choices),
        )  # fmt: skip

    @property
    def identity(self) -> list[Column]:
        """Which row it is, and how it stood."""
        return [self._beside(NUMBER), self._beside(VERSION)]

    def owner(self, register: type[Any]) -> Column:
        """Whose the row is, where a sheet may hold rows of several municipalities."""
        t = self.ask.t
        places = self.offered.places(register.__domain__)
        return Column(t(BESIDE[OWNER]), choices=places, required=True, refusal=_refusal(t, places))

    def of_part(self, register: type[Any], *, parents: bool) -> list[Column]:
        """What a part hangs on, by name and by number; with `parents` that is chosen among the rows there are."""
        t, one = self.ask.t, self.ask.t(register.__register__.one)
        choices = self.offered.rows_of(register) if parents else None
        note = t("Det raden hører til, ved navn: %(one)s.", one=one)
        name = Column(t(OF_PARTS[PARENT_NAME]), note=note, choices=choices, required=True, refusal=_refusal(t, choices))
        by_number = t("Orden-nummeret til det raden hører til. Det gjelder framfor navnet.")
        return [name, Column(t(OF_PARTS[PARENT]), Kind.INTEGER, note=by_number)]

    def own_number(self) -> Column:
        return self._beside(NUMBER)

    def notes(self, *, of_rows: bool, protected: bool) -> list[str]:
        """What one does with the sheets."""
        t, clear = self.ask.t, {"clear": CLEAR}
        told = [*WHAT_TO_DO, *(OF_ROWS if of_rows else ()), *((UNLOCK,) if protected else ())]
        many = [t(one.label) for one in self.offered.too_many]
        last = (
            [t(TOO_MANY, columns="», «".join(dict.fromkeys(many)), most=f"{MOST:,}".replace(",", " "))] if many else []
        )
        return [*[t(one, **clear) if "%(clear)s" in one else t(one) for one in told], *last]

    def _beside(self, key: str) -> Column:
        t = self.ask.t
        return _locked(t, Column(t(BESIDE[key]), Kind.INTEGER))


def _locked(t: Translate, made: Column) -> Column:
    return replace(made, note=f"{t(BY_ORDEN)} {made.note}".strip(), locked=True, refusal=t(LET_BE))


def _how(known: Field, t: Translate) -> str:
    how = HOW[known.shape]
    return t(how, sheet=t(known.label)) if known.shape is Shape.ROWS else t(how)


def _refusal(t: Translate, choices: Any) -> str:
    if choices is None:
        return ""
    return t(IS_LISTED) if choices.closed else t(NOT_LISTED, clear=CLEAR)


def is_of_several(register: type[Any]) -> bool:
    """Whether a sheet of the register may hold rows of several municipalities."""
    return is_owned(register) and len(scope.current().readable(register.__domain__)) > 1


def explained(told: Sequence[Told], t: Translate) -> Sheet:
    """A sheet that says of every column of the others what may stand in it."""
    columns = [
        Column(t("Ark"), width=28), Column(t("Kolonne"), width=34), Column(t("Må fylles ut"), width=14),
        Column(t("Slik fylles den ut"), Kind.LONG_TEXT, width=90),
    ]  # fmt: skip
    rows = [
        (one.sheet.title, made.label, t("Ja") if made.required else None, made.note or None)
        for one in told
        for made in one.sheet.columns
    ]
    return Sheet(t("Kolonnene"), columns, rows)
