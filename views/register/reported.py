"""A list told as a report of one's own: read from an address, as the list itself is, or from the view that was saved.

What the address names and there is not (any more) is said in a sentence, and the rest is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, g, url_for
from werkzeug.datastructures import MultiDict

import models
from models.database import db
from models.declare.words import N_
from models.queries.grouping import can_group
from models.queries.totals import adds_up
from models.tenancy.roles import can
from reports.base import active_municipality
from reports.choices import LANGUAGE, Choice, language_of
from reports.language import LANGUAGES
from reports.own import GROUP, SUM, OwnReport, choices_of
from views.addresses import address_of
from views.register import saved, toolbar
from views.register.columns import choosable
from views.register.listing import Listing
from views.texts import gettext as _
from views.texts import language, speaking, tr

TEXT = N_("En egen rapport, laget av ei liste.")
OF_THE_REPORT = {saved.REPORT, GROUP.name, SUM.name, LANGUAGE.name}  # in an address, beside what it asks of the list


@dataclass(frozen=True)
class Reported(OwnReport):
    """The report with the list it is of, the view it was saved as, what the address says, and what of it is not done,
    in sentences."""

    listing: Listing | None = None
    view: saved.View | None = None
    given: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def of_the_list(self) -> list[tuple[str, str]]:
        """What the address asks of the list."""
        return [pair for pair in self.given if pair[0] not in OF_THE_REPORT | saved.ON_THE_WAY]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of its choices sends along."""
        return [(saved.REPORT, "1"), *([("view", self.view.called)] if self.view else []), *self.of_the_list]

    @property
    def saved_as(self) -> str:
        """All that is saved of it, as an address says it."""
        picked = [(name, text) for name, texts in self.picked.items() for text in texts]
        return saved.written([(saved.REPORT, "1"), *picked, *self.of_the_list])

    @property
    def list_url(self) -> str:
        asked = saved.written(self.of_the_list) or f"view={saved.EVERYTHING}"
        return f"{address_of(f'{self.of.__tablename__}.index_view')}?{asked}"


def slug_of(register: type[Any]) -> str:
    """What the report of a list is called in an address."""
    return f"{saved.SLUG}{register.__tablename__}"


def is_own(slug: str) -> bool:
    return slug.startswith(saved.SLUG)


def address(listing: Listing) -> str:
    """Where a list is told as a report, as it stands."""
    columns = [("columns", ",".join(map(str, listing.chosen)))]
    asked = [pair for pair in listing.parameters if pair[0] not in {"columns", "density"}]
    return f"{url_for('reports.show', slug=slug_of(listing.register))}?{saved.written([*asked, *columns])}"


def found(slug: str, args: MultiDict[str, str]) -> Reported:
    """The report an address asks for. Answers 404 for a register or a saved report there is none of, and 403 for what
    may not be read or taken out."""
    register = models.BY_NAME.get(slug.removeprefix(saved.SLUG))
    if register is None:
        abort(404)
    if not OwnReport(slug, "", "", register=register).may_open(g.actor, g.active):
        abort(403)
    view = view_of(register, args["view"]) if "view" in args else None
    if view is None and "view" in args and saved.REPORT not in args:
        abort(404)
    return _read(register, view, args)


def _read(register: type[Any], view: saved.View | None, args: MultiDict[str, str]) -> Reported:
    """What the address says; where it says no more than which report, what was saved as that."""
    given = args if view is None or saved.REPORT in args else MultiDict(parse_qsl(view.query))
    listing = Listing.from_request(register, given)
    fields = [known for _link, behind in choosable(register) for known in behind]
    choices = choices_of(register, filter(can_group, fields), filter(adds_up, fields))
    picked, gone = _picked(choices, given)
    with speaking(_language(args)):
        narrowed = tuple(_narrowed(listing))
    return Reported(
        slug_of(register), register.__register__.name, TEXT, name=view.name if view else "", register=register,
        query=listing.query, shown=tuple(listing.fields), choices=choices, picked=picked,
        narrowed=narrowed, discreet=tuple(label for label, _names in toolbar.narrowing(listing, discreet=True)),
        listing=listing, view=view, given=tuple(given.items(multi=True)),
        refused=(*toolbar.refused(listing), *gone),
    )  # fmt: skip


def _picked(choices: Sequence[Choice], given: MultiDict[str, str]) -> tuple[dict[str, list[str]], list[str]]:
    """What is picked of each choice, and what cannot be (any more), in sentences."""
    picked: dict[str, list[str]] = {}
    gone = []
    for one in choices:
        text = given.get(one.name, "").strip()
        try:
            picked |= {one.name: [text]} if text and one.values(db.session, [text]) else {}
        except ValueError:
            gone.append(
                _("«%(name)s» kan ikke velges som «%(label)s», og er ikke med.", name=text[:60], label=tr(one.label))
            )
    return picked, gone


def _narrowed(listing: Listing) -> Iterator[str]:
    if listing.query.search:
        yield f"{_('Søk')}: {listing.query.search}"
    yield from (label for label, _names in toolbar.narrowing(listing))


def _language(args: MultiDict[str, str]) -> str:
    """The language of the report, in which its cover says what narrows it."""
    asked = args.get(LANGUAGE.name, "")
    return asked if asked in LANGUAGES else language_of(active_municipality(db.session), language())


def view_of(register: type[Any], called: str) -> saved.View | None:
    """What is saved of a list under that name or number, if it is a report."""
    known = saved.of_the_person(register)
    known += [one for one in saved.shared_now() if one.register == register.__tablename__]
    return next((one for one in known if one.called == called and one.is_report), None)


def every() -> list[saved.View]:
    """All that are saved of the lists somebody reads here: one's own first, then those of the municipality."""
    readable = {one.__tablename__: one for one in models.REGISTERS if can(g.actor, "read", one, g.active)}
    mine = [view for register in readable.values() for view in saved.of_the_person(register)]
    shared = [view for view in saved.shared_now() if view.register in readable]
    return [view for view in (*mine, *shared) if view.is_report]
