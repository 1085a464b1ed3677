"""Django's settings, its own tables in a schema of their own, and the application that gunicorn serves."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from sqlalchemy import make_url

from models.declare.base import field_of
from tests.bench.data import MANAGER, PASSWORD

SCHEMA = "django"
APPS = ("admin", "auth", "contenttypes", "sessions", "messages")
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware", "simple_history.middleware.HistoryRequestMiddleware",
)  # fmt: skip
TOLD = (
    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)  # fmt: skip


def configure(plain_url: str) -> None:
    """As `startproject` writes it, for production: connections are kept, templates are compiled once."""
    url = make_url(plain_url)
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": url.database, "USER": url.username,
        "HOST": url.host or url.query.get("host"), "PORT": url.port or "", "PASSWORD": url.password or "",
        "CONN_MAX_AGE": None, "OPTIONS": {"options": f"-c search_path={SCHEMA},public"},
    }  # fmt: skip
    settings.configure(
        SECRET_KEY="bench", DEBUG=False, ALLOWED_HOSTS=["127.0.0.1"], DATABASES={"default": database}, USE_TZ=True,
        INSTALLED_APPS=[*[f"django.contrib.{one}" for one in APPS], "simple_history", "import_export",
                        "tests.bench.djangosite"],
        MIDDLEWARE=MIDDLEWARE, ROOT_URLCONF="tests.bench.djangosite.urls", STATIC_URL="/static/", LANGUAGE_CODE="nb",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                    "OPTIONS": {"context_processors": TOLD}}],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", DATA_UPLOAD_MAX_NUMBER_FIELDS=None,
    )  # fmt: skip
    django.setup()


def prepare(plain_url: str) -> None:
    """Django's tables, the history's, copies of the links it writes, and a user who may do everything."""
    configure(plain_url)
    from django.apps import apps
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection

    from tests.bench.djangosite.models import LABEL, LINKS, MODELS, NAMES

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in apps.get_app_config(LABEL).get_models(include_auto_created=True):
            if model._meta.db_table not in NAMES:
                editor.create_model(model)
    with connection.cursor() as cursor:
        for register, keys in LINKS.items():
            for link in (MODELS[register]._meta.get_field(key) for key in keys):
                ours = f"{register.__tablename__}_{link.name}"
                near, far = (f"{one.__tablename__}_id" for one in (register, field_of(register, link.name).points_at))
                there = f"{link.m2m_column_name()}, {link.m2m_reverse_name()}"
                cursor.execute(f"INSERT INTO {link.m2m_db_table()} ({there}) SELECT {near}, {far} FROM {ours}")
    get_user_model().objects.create_superuser(MANAGER, MANAGER, PASSWORD)
    connection.close()


def create_app() -> Any:
    configure(os.environ["BENCH_DATABASE_URL"])
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()
