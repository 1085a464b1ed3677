"""Every setting there is, with its default. instance/config.py and the environment override them."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from views.environment import Environment

DEFAULTS: dict[str, Any] = {
    # Demo mode: fictitious people one may sign in as. Listens on loopback only.
    "DEMO": False,
    "DEMO_PASSWORD": "",
    # Where to listen; anything but loopback needs DEMO off.
    "HOST": "127.0.0.1",
    "PORT": 8000,
    "WORKERS": 2,
    # Whether `serve` starts a worker beside, which does the imports that people ask for.
    "WORKER": True,
    # The serving role. On PostgreSQL one that owns nothing; DATABASE_OWNER_URL migrates.
    "DATABASE_URL": "",
    "DATABASE_OWNER_URL": "",
    # How many trusted proxies stand in front, and which host names are answered (None: all).
    "PROXIES": 0,
    "TRUSTED_HOSTS": None,
    # One JSON object a log line instead of words.
    "LOG_JSON": False,
    # Cookies go over https only; off for the demo on plain http.
    "SESSION_COOKIE_SECURE": True,
    # How long the access log is kept.
    "ACCESS_LOG_MONTHS": 12,
    # How large an attached file may be, and how much those of a municipality may take together, in megabytes.
    "ATTACHMENT_MB": 10,
    "ATTACHMENT_ROOM_MB": 1000,
    # Where people find Orden, for links in letters: https://orden.kommune.no
    "PUBLIC_URL": "",
    # The server that takes letters; none are sent without it. SMTP_SECURITY is starttls, tls or none.
    "SMTP_HOST": "",
    "SMTP_PORT": 587,
    "SMTP_SECURITY": "starttls",
    "SMTP_USER": "",
    "SMTP_PASSWORD": "",
    "MAIL_FROM": "",
    # Where invoices in EHF go: a folder the access point collects from, or sftp://user@host:22/folder. By SFTP the file
    # of the host's own key, and a private key or a password.
    "EHF_TO": "",
    "EHF_KNOWN_HOSTS": "",
    "EHF_KEY": "",
    "EHF_PASSWORD": "",
    # A folder with newer rules than those that come along: CEN-EN16931-UBL.xslt and PEPPOL-EN16931-UBL.xslt.
    "EHF_RULES": "",
}
FIXED: dict[str, Any] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    # The cookie outlives the session, which views/access.py ends: a form left overnight still says whose it is.
    "PERMANENT_SESSION_LIFETIME": timedelta(days=7),
    "SESSION_REFRESH_EACH_REQUEST": False,  # views/access.py renews it
    "WTF_CSRF_TIME_LIMIT": None,  # a long form must not die while somebody thinks
    "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    "MAX_FORM_PARTS": 5000,
    "BABEL_DEFAULT_LOCALE": "nb",
    "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).resolve().parent.parent / "translations"),
    "SQLALCHEMY_ENGINE_OPTIONS": {},
}
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
KEPT_MONTHS = range(12, 25)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def load(app: Flask, overrides: dict[str, Any]) -> None:
    """Defaults, then instance/config.py, then the environment, then `overrides`; refuses an unsafe mix."""
    app.config.from_mapping(DEFAULTS | FIXED)
    app.config.from_pyfile("config.py", silent=True)
    for name, default in DEFAULTS.items():
        if (text := os.environ.get(name)) is not None:
            app.config[name] = _read(name, text, default)
    if isinstance(hosts := app.config["TRUSTED_HOSTS"], str):
        app.config["TRUSTED_HOSTS"] = [host.strip() for host in hosts.split(",") if host.strip()] or None
    app.config.update(overrides)
    Path(app.instance_path).mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # a clone brings the folder along, open to all; what is kept in it is not
        Path(app.instance_path).chmod(0o700)
    app.config.setdefault("SECRET_KEY", None)
    app.config["SECRET_KEY"] = app.config["SECRET_KEY"] or secret(Path(app.instance_path) / "secret_key")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url(app)
    app.jinja_environment = Environment
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if app.config["ACCESS_LOG_MONTHS"] not in KEPT_MONTHS:
        raise RuntimeError(f"ACCESS_LOG_MONTHS is {app.config['ACCESS_LOG_MONTHS']}. Write a number from 12 to 24.")
    if app.config["DEMO"]:
        _demo(app)
    if app.config["SESSION_COOKIE_SECURE"]:
        app.config["SESSION_COOKIE_NAME"] = "__Host-session"


def _read(name: str, text: str, default: Any) -> Any:
    """A setting of the environment as its default's kind. Raises RuntimeError with what to write instead."""
    word = text.strip().lower()
    if isinstance(default, bool):
        if word in YES | NO:
            return word in YES
        raise RuntimeError(f"{name} is {text!r}. Write 1 for yes or 0 for no.")
    if isinstance(default, int):
        if word.isascii() and word.isdigit():
            return int(word)
        raise RuntimeError(f"{name} is {text!r}. Write a whole number.")
    return text


def secret(file: Path) -> str:
    """The private key in instance/, made at the first run, readable by the owner alone."""
    with suppress(FileNotFoundError):
        if key := file.read_text(encoding="ascii").strip():
            return key
        file.unlink()  # emptied, as a full disk leaves it: no key at all
    made = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    made.touch(mode=0o600)
    made.write_text(secrets.token_hex(32), encoding="ascii")
    with suppress(FileExistsError):  # another process was first
        file.hardlink_to(made)
    made.unlink()
    return file.read_text(encoding="ascii").strip()


def database_url(app: Flask) -> str:
    """The address of the database: SQLite in instance/ unless told otherwise. psycopg 3 serves postgresql://."""
    url = str(app.config["DATABASE_URL"] or f"sqlite:///{Path(app.instance_path) / 'orden.db'}")
    return with_driver(url)


def with_driver(url: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return f"postgresql+psycopg://{url.removeprefix(scheme)}"
    return url


def _demo(app: Flask) -> None:
    if app.config["HOST"] not in LOOPBACK:
        raise RuntimeError(
            "Demo mode has known passwords and listens on loopback only. Set DEMO off, or HOST to 127.0.0.1."
        )
    app.config["SESSION_COOKIE_SECURE"] = False
    app.config["DEMO_PASSWORD"] = app.config["DEMO_PASSWORD"] or secret(Path(app.instance_path) / "demo_password")[:12]
