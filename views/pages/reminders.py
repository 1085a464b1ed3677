"""Reminding the local administrators of a municipality how far it has come, each in their own language, once a day."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.changes import reminding
from models.database import db
from models.declare.choices import AccessEvent
from models.declare.domains import Domain
from models.queries import progress
from models.queries.figures import figures
from models.queries.progress import COUNTED, Lately, Stand
from models.tenancy import scope
from models.tenancy.roles import may_remind as leads
from reports.language import LANGUAGES
from views import formatters, posting, texts, witness
from views.access import needs
from views.pages.progress import trail
from views.texts import gettext as _
from views.texts import tr

blueprint = Blueprint("reminders", __name__, url_prefix="/progress")
TOLD = 5  # kinds of errors in a letter


def may_remind() -> bool:
    """Whether the person leads the project."""
    return leads(g.actor)


@blueprint.post("/<int:place>/remind/")
@needs(may_remind)
def remind(place: int) -> ResponseReturnValue:
    """Write to the local administrators of a municipality; without a mail server, show what to send them."""
    if place not in scope.current().readable(Domain.PEOPLE):
        abort(404)
    name = g.municipalities[place].name
    letters = _letters(place)
    if not letters:
        told = _("%(name)s har ingen lokal administrator som kan logge inn. Brukerstøtte kan gi rollen.", name=name)
        flash(told, "warning")
        return redirect(url_for("progress.index"), code=303)
    to = ", ".join(f"{one['name']} <{one['email']}>" for one in letters)
    if not reminding.claim(db.session(), place, name, to, address=request.remote_addr):
        flash(_("%(name)s er påminnet i dag. Vent til i morgen med den neste.", name=name), "info")
        return redirect(url_for("progress.index"), code=303)
    unsent = [one for one in letters if not _send(place, one)] if posting.is_set_up() else letters
    if unsent:
        return _to_send(name, unsent)
    flash(_("Påminnelsen er sendt til %(to)s.", to=", ".join(one["name"] for one in letters)), "success")
    return redirect(url_for("progress.index"), code=303)


def _send(place: int, letter: dict[str, str]) -> bool:
    """Whether the mail server took a letter; the access log is told why not."""
    try:
        posting.send(letter["email"], letter["subject"], letter["body"])
    except posting.Unsent as unsent:
        witness.write(AccessEvent.MAIL_UNSENT, [None, place], subject=f"{letter['email']}: {unsent}")
        return False
    return True


def _to_send(name: str, letters: list[dict[str, str]]) -> str:
    """What the project manager sends by other ways."""
    return render_template(
        "progress/letters.html",
        title=_("Send påminnelsen til %(name)s", name=name),
        intro=_("Serveren tok ikke imot brevet. Send det selv.")
        if posting.is_set_up()
        else _("Orden sender ikke e-post her. Send brevet selv."),
        breadcrumbs=trail(name),
        letters=[
            one | {"mail": f"mailto:{quote(one['email'])}?subject={quote(one['subject'])}&body={quote(one['body'])}"}
            for one in letters
        ],
    )


def _letters(place: int) -> list[dict[str, str]]:
    """A letter to each local administrator there, of what is there and nowhere else."""
    with scope.use(scope.current().within([place])):
        found = figures(db.session, COUNTED)
        (stand,) = progress.stands(found, {place: Lately()}, [place])
        wrong = sorted(progress.errors(found, place), key=lambda pair: -pair[1])[:TOLD]
        letters = []
        for user in reminding.keepers(db.session):
            with texts.speaking(_language(user, place)):
                letters.append({"name": user.name, "email": user.email} | _letter(user.name, place, stand, wrong))
    return letters


def _language(user: Any, place: int) -> str:
    """The person's own, else that of the municipality, else bokmål."""
    asked = (user.language, g.municipalities[place].form)
    return next((str(one) for one in asked if one in LANGUAGES), "nb")


def _letter(name: str, place: int, stand: Stand, wrong: list[Any]) -> dict[str, str]:
    where, path = g.municipalities[place].name, url_for("progress.index")
    url = posting.here(path) if posting.is_set_up() else url_for("progress.index", _external=True)
    done, total = formatters.grouped(stand.approved), formatters.grouped(stand.activities)
    lines = [_("%(done)s av %(total)s behandlinger er godkjent", done=done, total=total)]
    lines += [f"{tr(task.text)}: {formatters.grouped(number)}" for task, number in wrong]
    body = _(
        "Hei, %(name)s.\n\nDette er en påminnelse om behandlingsprotokollen i %(place)s. Slik står det til i dag:"
        "\n\n%(lines)s\n\nSe hvor langt dere er kommet, og hva som gjenstår:\n%(url)s\n\nHilsen %(who)s",
        name=name, place=where, lines="\n".join(f"- {one}" for one in lines), url=url, who=g.actor.name,
    )  # fmt: skip
    return {"subject": _("Orden: påminnelse om behandlingsprotokollen i %(place)s", place=where), "body": body}
