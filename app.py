"""create_app: the one place where everything meets. Nobody imports it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import models
from models.database import db, prepare
from views import access, assets, commands, errors, headers, layout, requestlog, routes, settings, texts
from views.pages import attachments, importing, start
from views.pages.rooms import ROOMS
from views.register.register import RegisterView


class Application(Flask):
    """Flask, of which nothing is asynchronous: it need not look at each of nineteen functions of a request for that."""

    url_rule_class = routes.Route

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application. `overrides` win over instance/config.py, the environment and the defaults."""
    instance = os.environ.get("ORDEN_INSTANCE") or str(Path(__file__).resolve().parent / "instance")
    app = Application(__name__, instance_path=instance, instance_relative_config=True)
    settings.load(app, overrides or {})
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    attachments.let_files_in(app)
    importing.let_files_in(app)
    CSRFProtect(app)
    Babel(app, locale_selector=texts.language)
    texts.install(app)
    requestlog.install(app)
    access.install(app)
    headers.install(app)
    errors.install(app)
    assets.install(app)
    layout.install(app)
    _mount(app)
    commands.install(app)
    if proxies := app.config["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def served() -> Flask:
    """The application as a process that answers for days has it: what it is built of, a quarter of a million things,
    is never looked through for garbage again, and the rest less often: a twentieth of the time of a list or a save."""
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return app


def _mount(app: Flask) -> None:
    """The screens of every register, and the few pages that are not registers."""
    admin = Admin(app, name="Orden", url="/", endpoint="start", index_view=start.StartView())
    for register in models.REGISTERS:
        admin.add_view(RegisterView(register))
    for blueprint in ROOMS:
        app.register_blueprint(blueprint)
    app.add_url_rule("/favicon.ico", "favicon", app.view_functions["static"], defaults={"filename": "favicon.svg"})
