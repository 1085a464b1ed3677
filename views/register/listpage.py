"""What the page of a list shows, and how a person arranges it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from exchange.jobs import may_import
from exchange.out.book import takes_rows
from models.database import db
from models.declare.fields import is_owned
from models.declare.words import Problem
from models.queries.finding import COUNT_LIMIT
from models.registers.comments import comment_class
from models.tenancy.roles import may_take_out
from reports.drawing.scale import share
from reports.kinds import EXCEL
from reports.language import mid_sentence
from views import preferences
from views.access import is_local, may_create
from views.addresses import address_of
from views.formatters import counted_text
from views.places import begins_at, places_for
from views.register import (
    asked,
    bulk,
    columns,
    merging,
    offers,
    panels,
    quick,
    reported,
    saved,
    saving,
    sending,
    toolbar,
    viewspanel,
)
from views.register.lines import BULK, has_menu
from views.register.listing import Listing
from views.texts import explain, tr
from views.texts import gettext as _


def context(listing: Listing) -> dict[str, Any]:
    """All the template asks for beside the title."""
    register, about = listing.register, listing.register.__register__
    name, works, cells = register.__tablename__, bulk.offers(register), quick.Cells(register)
    return {
        "description": tr(about.intro),
        "search": {
            "value": listing.query.search,
            "action": listing.base,
            "placeholder": _("Søk i %(name)s", name=mid_sentence(tr(about.name))),
            "hidden": toolbar.carried(listing),
        },
        "filters": toolbar.boxes(listing),
        "active_filters": toolbar.active(listing),
        "views": toolbar.views(listing),
        "refused": toolbar.refused(listing),
        "filter_panel": panels.filter_panel(listing),
        "columns_panel": panels.columns_panel(listing),
        "filter_url": listing.address(panel=panels.FILTER),
        "columns_url": listing.address(panel=panels.COLUMNS),
        "arrange_url": address_of(f"{name}.arrange_view"),
        "back": listing.address(),
        "density": listing.density,
        "back_without_density": listing.address(without={"density"}),
        "everything_url": listing.everything,
        "views_panel": viewspanel.views_panel(listing),
        "can_create": may_create(register),
        "places": places_for(register),
        "offers": offers.offers_in(register),
        "menu_url": address_of(f"{name}.menu_view") if has_menu(register) else None,
        "here": request.full_path.rstrip("?"),
        "create_url": f"{begins_at(register)}?form={saving.new_form()}",
        "may_export": may_export(register),
        "downloads": _downloads(listing),
        "report_url": reported.address(listing) if listing.found[0] and may_export(register) else None,
        "import_url": _import_url(register),
        "bar": bar(listing),
        "bar_label": tr(listing.summary.vocabulary.label) if listing.summary.vocabulary else "",
        "sums": sums(listing),
        "columns": listing.columns,
        "body": listing.body(ticks=bool(works), opens=cells.opens),
        "quick": quick.told_to_script(cells) if cells.keys else None,
        "bulk": _bulk(listing, works),
        "pages": listing.pages(),
        "deleted_url": None if register.__written_once__ else address_of(f"{name}.deleted_view"),
        "follow_url": url_for("following.view", register=name) if comment_class(register) else None,
        "is_empty": not listing.found[0],
        "is_filtered": listing.is_filtered,
        "empty": _empty(listing),
        **listing.texts(),
    }


def bar(listing: Listing) -> list[dict[str, Any]]:
    """The members of the list's main vocabulary, each with how many rows, a part of the picture and a press away."""
    if not listing.found[0]:
        return []
    parts = listing.summary.bar(tuple(listing.told_beside), listing.parameters)
    whole, begun = sum(one["share"] for one in parts), 0
    for one in parts:
        width = share(one["share"], whole, 1000)
        one |= {"url": listing.to(one["parameters"]), "begins": begun, "width": width}
        begun += one["width"]
    return parts


def sums(listing: Listing) -> list[str]:
    """The foot of the table, a cell for each column; nothing where no column is added up."""
    if not listing.found[0] or not listing.summary.added:
        return []
    told = listing.summary.sums(tuple(listing.told_beside), is_whole=listing.total <= COUNT_LIMIT)
    cells = [told.get(known.key, "") for known in listing.fields]
    return [*cells[:1], *[""] * listing.shows_owner, *cells[1:]] if told else []


def _bulk(listing: Listing, works: list[str]) -> dict[str, Any] | None:
    """What the bar offers to do with the rows that are ticked."""
    if not works or not listing.found[0]:
        return None
    return {
        "form": BULK,
        "action": address_of(f"{listing.register.__tablename__}.bulk_view"),
        "works": [(work, tr(bulk.LABELS[work]), "danger" if work == bulk.DELETE else "secondary") for work in works],
        "merge": merging.from_list(listing.register),
        "ask": asked.from_list(listing.register),
        "all": _all(listing),
    }


def _all(listing: Listing) -> str:
    """What all the rows of the list are called where a page does not show them all."""
    if listing.total <= len(listing.found[0]):
        return ""
    number = counted_text(listing.total)
    return (
        _("Alle %(number)s i utvalget", number=number) if listing.is_filtered else _("Alle %(number)s", number=number)
    )


def _empty(listing: Listing) -> dict[str, str]:
    if listing.is_filtered:
        return {"title": _("Ingen treff"), "text": _("Prøv et kortere ord, eller fjern filtrene.")}
    return {"title": _("Her er det tomt ennå"), "text": tr(listing.register.__register__.intro)}


def may_export(register: type[Any]) -> bool:
    """Whether the person may take a list out as a file."""
    return may_take_out(g.actor, register, g.active)


def _import_url(register: type[Any]) -> str | None:
    """Where a sheet is brought in, for who may do so where they are."""
    here = not is_owned(register) or g.active is not None
    may = here and takes_rows(register) and may_import(g.actor, register, g.active)
    return url_for("importing.new", register=register.__tablename__) if may else None


def _downloads(listing: Listing) -> list[tuple[str, str]]:
    """What the list may be taken out as, in words, each with its address; of an empty one there is the form alone."""
    if not may_export(listing.register):
        return []
    rows = [
        (_("Excel, som lista viser"), _export_url(listing)),
        (_("Excel, alle kolonner"), _export_url(listing, columns=columns.ALL)),
        (_("CSV, som lista viser"), _export_url(listing, sending.TEXT)),
    ]
    form = [(_("Tomt skjema"), f"{listing.base}export/{sending.FORM}/")]
    return [*(rows if listing.found[0] else []), *(form if takes_rows(listing.register) else [])]


def _export_url(listing: Listing, kind: str = EXCEL, **more: Any) -> str:
    """Where the list as it stands comes as a file."""
    kept = [*[pair for pair in listing.parameters if pair[0] not in more], *more.items()]
    return f"{listing.base}export/{kind}/{'?' if kept else ''}{urlencode(kept)}"


def arrange(register: type[Any]) -> ResponseReturnValue:
    """Remember how the person wants the list, and show it so."""
    back, action = request.form.get("back", ""), request.form.get("action", "")
    own = address_of(f"{register.__tablename__}.index_view")
    places = {own, address_of("start.index")}
    if not is_local(back) or back.partition("?")[0] not in places:
        abort(400, description="return_address")
    if density := request.form.get("density"):
        preferences.keep_density(density)
        return redirect(back, code=303)
    if (view := request.form.get("view")) is not None:
        return _kept_view(register, view, back)
    if viewspanel.asks_for_a_change():
        return viewspanel.change(register, back)
    chosen = panels.arranged(register, request.form)
    preferences.keep_columns(register.__tablename__, chosen)
    more = {"columns": chosen} if chosen else {}
    if ":" in action:
        more["panel"] = panels.COLUMNS
    if action == "file" and may_export(register):
        back = back.replace(own, f"{own}export/xlsx/", 1)
    return redirect(f"{back}{'&' if '?' in back else '?'}{urlencode(more, safe=',*')}".rstrip("?&"), code=303)


def _kept_view(register: type[Any], name: str, back: str) -> ResponseReturnValue:
    try:
        view = saved.save(register, name, back.partition("?")[2], request.form.get("share", ""))
    except Problem as problem:
        db.session.rollback()
        flash(explain(problem), "error")
        return redirect(back, code=303)
    flash(_("Visningen «%(name)s» er lagret. Den ligger under Visninger.", name=view.name), "success")
    return redirect(view.address, code=303)
