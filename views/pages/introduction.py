"""The introduction: seven short pages with pictures of the real screens, read in five minutes by who begins alone."""

# ruff: noqa: E501 - a text is one line

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.declare.words import N_
from models.registers.architecture import Application
from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy.roles import can, may_report
from views import preferences
from views.access import needs, signed_in, the_example
from views.pages import year
from views.pages.firststeps import may_begin
from views.texts import gettext as _
from views.texts import language, tr

blueprint = Blueprint("introduction", __name__, url_prefix="/introduction")


def _reads(register: type[Any]) -> Callable[[], bool]:
    return lambda: can(g.actor, "read", register, g.active)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: what it says, what its picture shows, and where one tries it. What is pressed is called in the text what
    it is called on the screen: `names` are those words, which fill the holes."""

    key: str
    title: str
    texts: tuple[str, ...]
    caption: str
    alt: str
    endpoint: str
    may: Callable[[], bool]
    names: tuple[str, ...] = ()

    def told(self) -> list[str]:
        """The text, in the reader's language."""
        names = {f"name{place}": tr(name) for place, name in enumerate(self.names, 1)}
        return [tr(text) % names if names else tr(text) for text in self.texts]


PAGES = (
    Page(
        "orden", N_("Hva Orden er"),
        (
            N_("Kommunen bruker opplysninger om mennesker hver dag: elever, pasienter, ansatte og alle som søker om noe. Loven vil at dere har oversikt over det. Oversikten heter behandlingsprotokoll."),
            N_("Orden er stedet der dere skriver den, sammen med systemene og avtalene som hører til. Du trenger ikke kunne IKT eller jus. Det meste er skrevet for deg. Du kjenner kommunen din, og det er det som trengs."),
        ),
        N_("Startsiden: hva dere har, og hva som bør gjøres først."),
        N_("Startsiden i Orden, med en liste over det som bør gjøres nå og tall for systemer, behandlinger og avtaler."),
        "start.index", signed_in,
    ),
    Page(
        "ettermiddag", N_("Den første ettermiddagen"),
        (
            N_("Er det tomt hos dere? Da begynner du med «%(name1)s», som er fem steg. Du skriver inn enhetene og folkene, gjerne fra en liste dere har. Du krysser av for systemene dere bruker. Så henter Orden utkast til behandlingene som hører til."),
            N_("Til slutt velger du hvem som svarer for hva. Det tar en ettermiddag, og du kan stoppe når du vil. Det du har gjort, står der når du kommer tilbake."),
        ),
        N_("De fem stegene, og hvor langt dere er kommet."),
        N_("Fem kort under hverandre: enhetene, folkene, systemene, behandlingene og de ansvarlige, hvert med et tall."),
        "firststeps.index", may_begin, (N_("Kom i gang"),),
    ),
    Page(
        "system", N_("Et system"),
        (
            N_("Et system er et dataprogram kommunen bruker, for eksempel det skolen fører fravær i. I Orden heter det en applikasjon. Trykk på et navn i lista, så ser du alt om systemet: hvem som eier det, hvem som leverer det, og hva det brukes til."),
            N_("Der noe mangler, står det «%(name1)s». Trykk på det, og fyll ut. Stusser du på et ord med prikker under, trykk på ordet. Da får du det forklart."),
        ),
        N_("Alt om ett system på én side."),
        N_("Siden til et system, med det viktigste øverst, og hvor mye som er fylt ut ved siden av."),
        "application.index_view", _reads(Application), (N_("Mangler"),),
    ),
    Page(
        "mal", N_("En behandling fra en mal"),
        (
            N_("En behandling er noe kommunen gjør med opplysninger om mennesker, for eksempel barnehageopptak. De fleste kommuner gjør det samme. Derfor er de vanlige behandlingene skrevet ferdig som maler, med formål, lov og slettefrister."),
            N_("Åpne «%(name1)s», velg en, og trykk på «%(name2)s». Da har du et utkast. Les det rolig gjennom. Rett det som er annerledes hos dere, og la resten stå."),
        ),
        N_("En mal, med knappen som gjør den til deres."),
        N_("Malen for en behandling, med formål og grunnlag skrevet ferdig og en knapp øverst for å bruke den i kommunen."),
        "processing_template.index_view", _reads(ProcessingTemplate), (N_("Behandlingsmaler"), N_("Bruk malen i kommunen")),
    ),
    Page(
        "mangler", N_("Hva som mangler"),
        (
            N_("Du trenger ikke huske hva som gjenstår. Startsiden viser det under «%(name1)s», det viktigste først. Åpner du en behandling, ser du hvor ferdig den er."),
            N_("Trykk på «%(name2)s», så spør Orden om det og ikke noe annet. Noen svar er foreslått for deg: se om de stemmer. Er noe ikke relevant hos dere, kan du skrive hvorfor. Da teller det som fylt ut."),
        ),
        N_("Skjemaet som bare spør om det som mangler."),
        N_("Et kort skjema med feltene som ikke er fylt ut, noen av dem med et forslag."),
        "processing_activity.index_view", _reads(ProcessingActivity),
        (N_("Dette bør gjøres nå"), N_("Fyll ut det som mangler")),
    ),
    Page(
        "godkjenn", N_("Godkjenn, og hold det ved like"),
        (
            N_("Når alt som kreves er på plass, trykker du på «%(name1)s». En annen ser på behandlingen og godkjenner den. Er du alene om det, kan du godkjenne selv."),
            N_("Etterpå ser dere på den igjen, gjerne én gang i året. «%(name2)s» viser når det er på tide, og når avtaler går ut. Skulle noe bli feil, er det ikke farlig. Orden husker hver endring, og du kan angre."),
        ),
        N_("Årshjulet: hva som skjer når."),
        N_("Et år tegnet som et hjul med prikker for datoene, og en liste over dem ved siden av."),
        "year.index", year.may_read, (N_("Send til godkjenning"), N_("Årshjul")),
    ),
    Page(
        "protokoll", N_("Protokollen og Excel"),
        (
            N_("Spør Datatilsynet, ledelsen eller en innbygger, har du svaret klart. Under «%(name1)s» ligger behandlingsprotokollen. Trykk på «%(name2)s», så har du hele protokollen med det artikkel 30 krever. Det er to trykk."),
            N_("Alle lister kan lastes ned på samme måte. Du kan også rette i Excel og hente arket inn igjen. Mer trenger du ikke for å begynne. Lykke til!"),
        ),
        N_("Behandlingsprotokollen, klar til å lastes ned."),
        N_("Rapporten med kommunens behandlinger i en tabell, og knappen for å laste ned Excel."),
        "reports.index", lambda: may_report(g.actor, g.active), (N_("Rapporter"), N_("Last ned Excel")),
    ),
)  # fmt: skip
MINUTES = 5  # all of it, unhurried


def offered() -> bool:
    """Whether the introduction is offered on the start page: to those who register or read, until they put it away."""
    return not g.example and not preferences.is_introduced() and can(g.actor, "read", Application, g.active)


@blueprint.get("/")
@needs(signed_in)
def index() -> ResponseReturnValue:
    return redirect(url_for(".page", number=1))


@blueprint.get("/<int:number>/")
@needs(signed_in)
def page(number: int) -> str:
    """One of the pages."""
    if not 1 <= number <= len(PAGES):
        abort(404)
    shown = PAGES[number - 1]
    return render_template(
        "introduction.html",
        title=tr(shown.title),
        breadcrumbs=_trail(),
        number=number,
        pages=[{"title": tr(one.title), "url": url_for(".page", number=at)} for at, one in enumerate(PAGES, 1)],
        texts=shown.told(),
        picture={"file": picture(shown, language()), "caption": tr(shown.caption), "alt": tr(shown.alt)},
        minutes=MINUTES,
        try_url=url_for(shown.endpoint) if shown.may() else None,
        example=number == len(PAGES) and not g.example and the_example() is not None,
        put_away=preferences.is_introduced(),
    )


def picture(shown: Page, lang: str) -> str:
    """The file of a picture, as it lies in static/."""
    return f"introduction/{shown.key}-{lang}.webp"


def _trail() -> list[dict[str, Any]]:
    return [{"label": _("Start"), "url": "/"}, {"label": _("Introduksjon"), "url": None}]


@blueprint.post("/seen/")
@needs(signed_in)
def seen() -> ResponseReturnValue:
    """Do not offer it on the start page again."""
    preferences.keep_introduced()
    return redirect("/", code=303)
