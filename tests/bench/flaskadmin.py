"""Flask-Admin as it comes out of the box, on our models and our rows, without history; gunicorn serves it."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from wtforms import IntegerField

from models.declare.base import Base, fields_of
from models.declare.fields import Kind
from models.declare.shapes import Shape
from models.registers.architecture import Application
from models.registers.processing import ProcessingActivity

LINKS: dict[type[Any], tuple[str, ...]] = {ProcessingActivity: ("article6", "measures")}


class Untouched(ModelView):  # type: ignore[misc]
    """The stock view. Given are the columns of our list, the searched ones, and which fields the form has.

    References are looked up as one types: the select it would draw otherwise holds thousands of rows.
    """

    page_size, can_view_details = 50, True
    can_export, export_types, export_max_rows = True, ["xlsx"], 0
    form_extra_fields = {"municipality_id": IntegerField()}  # noqa: RUF012 - as Flask-Admin's handbook writes it


def options(register: type[Any]) -> dict[str, Any]:
    known = fields_of(register)
    pointing = [one for one in known if one.kind is Kind.REFERENCE and one.in_form]
    written = [one for one in known if one.kind is Kind.VALUE and one.in_form]
    simple = [one.key for one in written if one.shape is not Shape.REASONS]  # would be a text that is no JSON
    return {
        "column_searchable_list": [one.key for one in known if one.searched],
        "column_list": ["municipality", *[one.key for one in known if one.listed and one.kind is not Kind.REFERENCES]],
        "form_columns": [*simple, *[one.key for one in pointing], *LINKS.get(register, ()), "municipality_id"],
        "form_ajax_refs": {
            one.key: {"fields": (register_of(one, register).__register__.title,), "page_size": 10} for one in pointing
        },
        "column_export_list": [one.key for one in known if one.kind in {Kind.VALUE, Kind.REFERENCE}],
        "named_filter_urls": True,
        "column_filters": ["municipality_id"],
    }


def register_of(known: Any, register: type[Any]) -> Any:
    """What a reference points at."""
    return register if known.target == "self" else known.target


def create_app() -> Flask:
    """No sign-in, no scope, a plain session."""
    app = Flask(__name__)
    app.config |= {"SECRET_KEY": "bench", "SQLALCHEMY_DATABASE_URI": os.environ["BENCH_DATABASE_URL"]}
    database = SQLAlchemy(app, metadata=Base.metadata)
    Babel(app)
    admin = Admin(app, name="Rival")
    for register in (Application, ProcessingActivity):
        view = type(f"{register.__name__}View", (Untouched,), options(register))
        admin.add_view(view(register, database, endpoint=register.__name__.lower()))
    return app
