"""Flask-Admin as it comes out of the box, on our model and our data; gunicorn serves it."""

from __future__ import annotations

import os

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy

from models.declare.base import Base, fields_of
from models.declare.fields import Kind
from models.registers.architecture import Application

FIELDS = fields_of(Application)


class Untouched(ModelView):  # type: ignore[misc]
    """The stock view: only the page size, the searched columns and the fields of the form are given.

    Without the last it would be far slower yet: the form would hold a select with every application as successor.
    """

    page_size = 50
    column_searchable_list = tuple(known.key for known in FIELDS if known.searched)
    form_columns = (*[known.key for known in FIELDS if known.kind is Kind.VALUE and known.in_form], "supplier")


class SameColumns(Untouched):
    """The stock view with the columns of our list: the like-for-like comparison."""

    column_list = (
        "municipality",
        *[known.key for known in FIELDS if known.listed and known.kind is not Kind.REFERENCES],
    )


def create_app() -> Flask:
    """No sign-in, no scope, a plain session."""
    app = Flask(__name__)
    app.config |= {"SECRET_KEY": "bench", "SQLALCHEMY_DATABASE_URI": os.environ["BENCH_DATABASE_URL"]}
    database = SQLAlchemy(app, metadata=Base.metadata)
    Babel(app)
    admin = Admin(app, name="Rival")
    admin.add_view(Untouched(Application, database, endpoint="untouched"))
    admin.add_view(SameColumns(Application, database, endpoint="same"))
    return app
