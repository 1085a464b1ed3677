"""The admin as a careful Django developer sets it up: stock, and no select of thousands of rows anywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from import_export.admin import ImportExportMixin
from simple_history.admin import SimpleHistoryAdmin

from models.declare.base import fields_of
from models.declare.fields import Kind
from tests.bench.djangosite.models import EDITED, LINKS, MODELS


class Edited(ImportExportMixin, SimpleHistoryAdmin):  # type: ignore[misc]
    """A register that is listed, edited and exported."""

    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER


def to_status(status: str) -> Any:
    """An action as Django's own guide writes one that keeps history: every row is saved."""

    def action(_admin: Any, _request: Any, chosen: Any) -> None:
        for row in chosen:
            row.status = status
            row.save()

    action.__name__ = f"to_{status}"
    return action


def options(register: type[Any]) -> dict[str, Any]:
    """What our own list shows, searches and filters, as far as Django can without a select of every row."""
    known = [one for one in fields_of(register) if one.kind in {Kind.VALUE, Kind.REFERENCE}]
    listed = [one for one in known if one.listed]
    pointing = [one.name for one in MODELS[register]._meta.fields if isinstance(one, models.ForeignKey)]
    return {
        "search_fields": [one.key for one in known if one.searched] or [register.__register__.title],
        "list_display": [*[one.key for one in listed], "municipality"],
        "list_select_related": [*[one.key for one in listed if one.kind is Kind.REFERENCE], "municipality"],
        "list_filter": [one.key for one in known if one.filtered and one.choices],
        "ordering": (register.__register__.title,),
        "autocomplete_fields": pointing,
        "filter_horizontal": LINKS.get(register, ()),
        "actions": [to_status("retired"), to_status("in_use")],
    }


for register, model in MODELS.items():
    if register in EDITED:
        admin.site.register(model, type(f"{register.__name__}Admin", (Edited,), options(register)))
    else:  # to be chosen from
        admin.site.register(model, search_fields=[register.__register__.title], ordering=["pk"])
