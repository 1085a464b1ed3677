"""One page for everything that goes wrong: what happened, what to do next, never how it looks inside."""

# ruff: noqa: E501 - a table of texts: one status, one line
# fmt: off
from __future__ import annotations

import errno
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from models.database import db
from models.tenancy import scope
from models.tenancy.scope import TenantError
from views.access import know_nobody_else
from views.texts import gettext as _
from views.texts import tr

FULL = {errno.ENOSPC, errno.EDQUOT}


def install(app: Flask) -> None:
    app.register_error_handler(CSRFError, lambda _error: page(400, "csrf"))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TenantError, _tenant)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Any:
    if _is_redirect(error):
        return error
    allowed = getattr(error, "valid_methods", None)  # of a 405, which must name them (RFC 9110, 15.5.6)
    return *page(error.code or InternalServerError.code, error.description), {"Allow": ", ".join(sorted(allowed))} if allowed else {}


def _is_redirect(error: HTTPException) -> bool:
    return error.response is not None or (error.code or 0) < 400


def _tenant(error: Exception) -> Any:
    current_app.logger.warning("Refused by the walls: %s", error)
    return page(403)


def _busy(error: DBAPIError) -> Any:
    """A locked, full or lost database: say so, and log the driver's words without the values."""
    current_app.logger.error("The database does not answer: %s", error.orig)
    return page(503)


def _database(error: DBAPIError) -> Any:
    return _busy(error) if error.connection_invalidated else _unexpected(error)


def _disk(error: OSError) -> Any:
    """A full disk is not the reader's doing, and passes: a report or a list is then not written."""
    if error.errno not in FULL:
        return _unexpected(error)
    current_app.logger.error("The disk is full: %s", error.strerror)
    return page(503, "disk")


def _unexpected(error: Exception) -> Any:
    """Log what happened without the values people entered; show nothing of it."""
    shown = error.statement if isinstance(error, DBAPIError) else None
    current_app.logger.error("Unexpected error %s %s", type(error).__name__, shown or "", exc_info=not shown and error)
    return page(500)


def page(code: int, why: Any = None) -> tuple[str, int]:
    """The error page for a status code. The database is let go first; where it is at fault it is asked nothing more.
    Falls back to plain text in the reader's language when even that cannot be drawn."""
    _let_go()
    know_nobody_else()
    if code >= InternalServerError.code:
        g.pop("actor", None)  # the frame without a menu needs nothing of the database
    title, message, advice = _texts(code, why)
    try:
        back = {"url": "/", "label": _("Til startsiden")}
        number = g.get("request_id") if code >= InternalServerError.code else None
        return render_template("error.html", code=code, title=title, message=message, advice=advice, back=back, number=number), code
    except Exception:
        current_app.logger.exception("The error page failed")
        scope.enter(None)
        return f"{title}\n\n{message} {advice}\n", code


def _let_go() -> None:
    """Roll back, on a connection that may be gone."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.close()


def _texts(code: int, why: Any) -> tuple[str, str, str]:
    if why == "csrf":
        return (_("Skjemaet er for gammelt"), _("Siden lå åpen så lenge at skjemaet ikke lenger gjelder."), _("Gå tilbake: det du skrev, står der. Ikke last siden på nytt, for da blir skjemaet tomt. Åpne det heller i en ny fane, og hent utkastet eller lim inn det du skrev."))
    if why == "return_address":
        return (_("Adressen er ikke gyldig"), _("Lenken ville ha sendt deg til et annet nettsted."), _("Bruk menyen for å komme dit du skal."))
    if why == "disk":
        return (_("Disken er full"), _("Filen ble ikke laget. Ingenting annet er rørt."), _("Prøv igjen om en stund. Hjelper det ikke, si fra til brukerstøtte."))
    if why == "file_damaged":
        return (_("Filen kan ikke hentes"), _("Den er borte fra lageret, eller den er ikke lenger slik den var da den ble lagt ved."), _("Si fra til brukerstøtte, så den kan hentes fra en sikkerhetskopi. Har du filen, kan du legge den ved på nytt."))
    if code == 413 and request.endpoint in {"attachments.file", "accessions.act"}:
        return (_("Filen er for stor"), _("En fil kan være høyst %(most)s MB. Ingenting er lagret.", most=current_app.config["ATTACHMENT_MB"]), _("Gå tilbake, og velg en mindre fil. Et bilde eller en PDF kan ofte lagres med lavere oppløsning."))
    if why == "quick_row":
        return (_("Raden finnes ikke her"), _("Den er slettet, eller du har ikke tilgang til den. Ingenting er lagret."), _("Last lista på nytt."))
    if why == "quick_field":
        return (_("Feltet kan ikke endres i lista"), _("Ingenting er lagret."), _("Åpne raden og trykk Endre."))
    if why == "quick_asked":
        return (_("Feltet gjelder ikke for denne raden"), _("Slik svarene er nå, er det ikke noe å fylle ut her."), _("Åpne raden og trykk Endre for å se hva det følger av."))
    if why == "no_role":
        return (_("Du har ingen rolle i Orden nå"), _("Du er logget ut, for ingen av rollene dine gjelder i dag."), _("Be lokal administrator i kommunen eller brukerstøtte om å gi deg en rolle, og logg inn igjen."))
    if why == "not_open":
        return (_("Kommunen er ikke åpnet ennå"), " ".join(tr(one.text, **one.params) for one in g.get("lacks", ())), _("Rollen din gjelder fra den dagen kommunen åpner. Spør den i kommunen som arbeider med avtalen, eller prosjektet."))
    if why == "opened_in":
        return (_("Skjemaet mangler kommunen"), _("Det som ble sendt, sier ikke hvilken kommune siden ble åpnet i."), _("Gå tilbake: det du skrev, står der. Åpne skjemaet i en ny fane, og hent utkastet eller lim inn det du skrev."))
    actor = getattr(g, "actor", None)
    if code == 403 and actor is not None and g.active in actor.closed:
        return (_("Kommunen finnes ikke lenger"), _("Registrene til en kommune som ikke finnes lenger, kan leses, men ikke endres."), _("Bytt kommune øverst for å arbeide i en annen."))
    texts = {
        400: (_("Dette kunne ikke leses"), _("Noe i det som ble sendt, er ikke på en form Orden forstår."), _("Gå tilbake og prøv igjen: det du skrev, står der, eller i utkastet som nettleseren holder på.")),
        401: (_("Du må logge inn"), _("Økten din er slutt, så ingenting er lagret ennå."), _("Logg inn i en ny fane. Gå så tilbake hit og lagre på nytt: det du skrev, står der.")),
        403: (_("Du har ikke tilgang til å gjøre dette"), _("Rollen din gir ikke lov til det."), _("Spør lokal administrator i kommunen om du trenger en annen rolle.")),
        404: (_("Siden finnes ikke"), _("Det du lette etter, finnes ikke, eller du har ikke tilgang til det her."), _("Sjekk adressen, bytt kommune øverst, eller bruk menyen.")),
        405: (_("Dette går ikke"), _("Siden kan ikke brukes på den måten."), _("Bruk knappene på siden.")),
        409: (_("Kan ikke slettes"), _("Dette er i bruk et annet sted."), _("Fjern koblingene først, og prøv igjen.")),
        413: (_("Dette er for mye"), _("Det du sendte, er større enn Orden tar imot."), _("Kort ned teksten, eller del den opp.")),
        429: (_("For mange forsøk"), _("Det kom for mange forespørsler på kort tid."), _("Vent et minutt og prøv igjen.")),
        503: (_("Databasen svarer ikke"), _("Ingenting er lagret, og ingenting er ødelagt."), _("Vent et øyeblikk, gå tilbake og prøv igjen. Hjelper det ikke, si fra til brukerstøtte.")),
    }
    unknown = (_("Noe gikk galt"), _("Feilen er skrevet ned, og ingenting er lagret halvveis."), _("Gå tilbake og prøv igjen. Hjelper det ikke, si fra til brukerstøtte."))
    return texts.get(code, texts[400] if 400 <= code < InternalServerError.code else unknown)
