"""What stands above a list: its search, its filters in words and as boxes, and what of the address was left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from models.declare.base import told_fields
from models.declare.fields import Field, is_owned
from models.tenancy import scope
from views import remembered
from views.register import saved
from views.register.filters import choice_tags, group_text, is_of_one, option_tags
from views.register.listing import Listing
from views.register.options import options_for, read_options
from views.texts import gettext as _
from views.texts import language, tr

VIEWS = "views"  # the panel in which they are put in order


def boxes(listing: Listing) -> list[dict[str, Any]]:
    """The filters of most use as lists to choose from; what they cannot say stands among the active ones alone."""
    found = []
    for known in told_fields(listing.register):
        if known.filtered and (options := _options(listing, known)) is not None:
            found.append({"name": known.key, "label": tr(known.label), "options": options(_chosen(listing, known))})
    return found


def _options(listing: Listing, known: Field) -> Callable[[str], Markup] | None:
    """What gives the options of a filter as HTML, one chosen; None when there are too many to choose from."""
    if known.choices is not None:
        return partial(choice_tags, known.choices, language())
    target: Any = known.target
    if is_owned(target) and not is_of_one(target):
        return None
    if target in listing.stamped:
        place, told = scope.current().readable(target.__domain__), listing.told[target]
        options = remembered.asked((target, language(), place, told), lambda: read_options(target))
    else:
        options = options_for(target)
    return None if options.many else partial(option_tags, options.pairs, language())


def _chosen(listing: Listing, known: Field) -> str:
    """The one value that a filter is narrowed to, if there is just one."""
    group = listing.asked.groups.get(known.key, [])
    # Of a row that was merged into another, the other: what the address says stays as it is.
    texts = [str(text) for one in group for text in (one.values if known.target else one.texts)]
    return texts[0] if len(texts) == 1 else ""


def carried(listing: Listing) -> list[tuple[str, str]]:
    """What the form of the search sends along: all of the address but the search and what its boxes say."""
    said = {known.key for known in told_fields(listing.register) if known.filtered and _chosen(listing, known)}
    return [(name, text) for name, text in listing.parameters if name != "search" and name not in said]


def active(listing: Listing) -> list[dict[str, str]]:
    """What narrows the list, each in plain words with the way to be rid of it."""
    return [{"label": label, "remove_url": listing.address(without=names)} for label, names in narrowing(listing)]


def narrowing(listing: Listing, *, discreet: bool = False) -> list[tuple[str, set[str]]]:
    """What narrows the list in plain words, and what the address says it by."""
    groups = [
        (group_text(group, discreet=discreet), {name for name, _text in listing.asked.said(key)})
        for key, group in listing.asked.groups.items()
    ]
    return groups + [(tr(task.text), {task.parameter[0]}) for task in listing.narrowed if task.parameter]


def views(listing: Listing) -> dict[str, Any]:
    """The ways to look at the list: those of use to all, the person's own, those that are shared, and which of them it
    is now."""
    now = urlencode(listing.parameters, safe=",*~")
    named = [
        {"name": one.name, "url": one.address, "who": one.who, "is_open": bool(one.query) and one.query == now}
        for one in listing.views
    ]
    opened = next((one["name"] for one in named if one["is_open"]), None)
    words = {saved.PLACE: _("Alle i kommunen"), saved.PROJECT: _("Alle kommuner")}
    shares = [(one, words[one]) for one in saved.shares()]
    return {
        "named": named, "query": now, "open": opened, "shares": shares, "everything": listing.everything,
        "arrange": listing.address(panel=VIEWS),
    }  # fmt: skip


def refused(listing: Listing) -> list[str]:
    """What was asked for and is not done, in sentences."""
    names = ", ".join(f"«{name}»" for name in listing.missing)
    gone = [_("Kolonnen %(names)s finnes ikke her, og er ikke med.", names=names)] if names else []
    return [*listing.asked.refused, *gone]
