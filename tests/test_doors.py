"""Access stands at the door: every view that is neither public nor has a rule of who may come in is found."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_admin import Admin, BaseView, expose

from views import access
from views.access import PUBLIC, needs, signed_in


def open_doors(app: Flask) -> set[str]:
    """The endpoints somebody can ask for that have no rule and are not public."""
    asked = {rule.endpoint for rule in app.url_map.iter_rules()}
    return {one for one in asked - PUBLIC if not hasattr(app.view_functions[one], "needs")}


def test_every_view_is_public_or_has_a_rule_at_its_door(sqlite_app: Any) -> None:
    assert open_doors(sqlite_app) == set()


def test_a_view_without_a_rule_is_found() -> None:
    class Forgotten(BaseView):
        @expose("/")
        def index(self) -> str:
            return ""

        @expose("/kept/")
        @needs(signed_in)
        def kept(self) -> str:
            return ""

    app = Flask("example", static_folder=None)
    Admin(app, name="Example", index_view=Forgotten(endpoint="forgotten", url="/", static_folder=None))
    app.add_url_rule("/plain/", "plain", lambda: "")
    app.add_url_rule("/favicon.ico", "favicon", lambda: "")

    assert open_doors(app) == {"forgotten.index", "forgotten.static", "plain"}


def test_who_the_rule_does_not_hold_of_is_refused_before_the_view_is_run() -> None:
    app, entered = Flask("example"), []
    app.add_url_rule("/open/", "open", needs(lambda: True)(lambda: "welcome"))
    app.add_url_rule("/shut/", "shut", needs(lambda: False)(lambda: entered.append("shut") or ""))
    browser = app.test_client()

    assert [browser.get(address).status_code for address in ("/open/", "/shut/")] == [200, 403]
    assert entered == []


def test_nobody_is_signed_in_before_access_has_said_who_is_asking() -> None:
    app = Flask("example")

    with app.test_request_context():
        assert access.signed_in() is False
