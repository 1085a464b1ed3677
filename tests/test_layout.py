"""The menu is remembered by where roles are held."""

from __future__ import annotations

from typing import Any

from flask import g

from models.tenancy.roles import Actor, Grant
from views import menu


def test_the_menu_is_kept_by_where_roles_are_held(app: Any) -> None:
    with app.test_request_context():
        g.active, kept = None, []
        for pair in ((("editor", 1), ("reader", 2)), (("reader", 1), ("editor", 2))):
            g.actor = Actor(1, "Kari", tuple(Grant(*one) for one in pair))
            kept.append(menu.held_here())

    assert kept[0] != kept[1]
