"""How many statements each work costs us: counted in one process, past every cache's first time."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import event

from tests.bench import forms
from tests.bench.data import PASSWORD, World
from tests.bench.works import Work, works


class Ours:
    """Our app in this process, with a test client for whoever signs in."""

    def __init__(self, world: World) -> None:
        os.environ |= {"ORDEN_INSTANCE": world.instance, "DEMO": "0", "SESSION_COOKIE_SECURE": "0"}
        from app import create_app
        from models.database import db

        self.app = create_app({"DATABASE_URL": world.app_url})
        self.statements: list[str] = []
        self.clients: dict[str, Any] = {}
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *told: self.statements.append(told[2]))
            self.engine = db.engine

    def client(self, who: str) -> Any:
        if who not in self.clients:
            client = self.clients[who] = self.app.test_client()
            sent = forms.read(client.get("/sign-in/").text)
            client.post("/sign-in/", data=dict(forms.changed(sent, {"email": who, "password": PASSWORD})))
        return self.clients[who]

    def do(self, work: Work, number: int) -> str:
        """Do the work once; `statements` then holds what it cost, of a save the save alone."""
        client, path = self.client(work.who), work.paths["ours"]
        self.statements.clear()
        answer = client.get(path)
        if work.changes is not None:
            written = {key: value or f"Talt {number}" for key, value in work.changes.items()}
            sent = forms.changed(forms.read(answer.text), written)
            self.statements.clear()
            answer = client.post(path, data=_several(sent))
        if answer.status_code not in {200, 303}:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return str(answer.text)


def _several(sent: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in sent:
        found.setdefault(key, []).append(value)
    return found


def run(world: World) -> dict[str, int]:
    """Statements by work; the third time, when nothing is new."""
    ours, found = Ours(world), {}
    for work in works(world):
        for number in range(3):
            ours.do(work, number)
        found[work.name] = len(ours.statements)
    ours.engine.dispose()
    return found
