"""What a row and a list offer the person: the row on its page and in its menu in the list, the list above its rows."""

from __future__ import annotations

from typing import Any

from flask import g, url_for

from models.registers.catalogue import ProcessingTemplate
from models.registers.processing import ProcessingActivity
from models.tenancy import scope
from models.tenancy.people import Membership, User
from models.tenancy.reviews import AccessReview
from models.tenancy.roles import can
from views.addresses import address_of
from views.register import asked, copying, followed, merging
from views.texts import gettext as _


def ways(row: Any, back: str | None, stays_at: str | None = None) -> dict[str, Any]:
    """What somebody may do with a row. `back` is the list that its form leads back to, `stays_at` where what needs no
    page of its own leads, unless to the row."""
    return {
        "edit_url": url_for(".edit_view", id=row.id, back=back) if can(g.actor, "edit", row) else None,
        "delete_url": url_for(".delete_view", id=row.id) if can(g.actor, "delete", row) else None,
        "history_url": None if type(row).__written_once__ else url_for(".history_view", id=row.id),
        "actions": _actions(row),
        "copy": copying.offer(type(row), row),
        "merge_url": merging.offer(row),
        "follow": followed.button(row),
        "stays_at": stays_at,
    }


def _actions(row: Any) -> list[dict[str, str]]:
    """What only some registers offer; each is a POST that `views/pages/actions.py` answers."""
    if isinstance(row, ProcessingTemplate) and may_adopt():
        return [_way(_("Bruk malen i kommunen"), "corner-down-right", url_for("actions.take", template_id=row.id))]
    if isinstance(row, User) and can(g.actor, "edit", row):
        unlock = _way(_("Lås opp"), "lock-open", url_for("actions.unlock", user_id=row.id))
        password = _way(_("Lag nytt passord"), "key-round", url_for("actions.new_password", user_id=row.id))
        return [unlock, password] if row.is_locked else [password]
    if asked.may_ask(row) and asked.is_owned_by_somebody(row):
        url = url_for("confirmations.ask", register=type(row).__tablename__, row_id=row.id)
        return [_way(_("Be eieren bekrefte"), "mail-plus", url)]
    return []


def offers_in(register: type[Any]) -> list[dict[str, str]]:
    """The pages offered above a list, beyond a new row."""
    if register in {User, Membership} and can(g.actor, "create", Membership, g.active):
        invite = _way(_("Inviter en kollega"), "mail-plus", address_of("invitations.index"))
        goes_through = register is Membership and can(g.actor, "read", AccessReview, g.active)
        review = _way(_("Gå gjennom tilgangene"), "circle-check", address_of("reviews.index"))
        return [invite, review] if goes_through else [invite]
    if register is ProcessingActivity and may_adopt():
        return [_way(_("Bruk en mal"), "file-stack", address_of("processing_template.index_view"))]
    return []


def may_adopt() -> bool:
    return scope.current().active is not None and can(g.actor, "create", ProcessingActivity, g.active)


def _way(label: str, icon: str, url: str) -> dict[str, str]:
    return {"label": label, "icon": icon, "url": url}
