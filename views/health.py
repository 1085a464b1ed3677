"""Whether the process is alive, and whether it is ready to serve. Both say as little as a load balancer needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models import migrating
from models.database import db
from models.declare.memories import remembers

blueprint = Blueprint("health", __name__, url_prefix="/health")
LEAST_FREE = 200 * 1024 * 1024  # bytes; a backup or a large report needs as much
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@blueprint.get("")
def alive() -> ResponseReturnValue:
    """The process answers, whatever the database does."""
    return "ok\n", 200, PLAIN


@blueprint.get("/ready")
def ready() -> ResponseReturnValue:
    """The database answers, stands at the newest schema, and the disk has room; else 503 and which of them fails."""
    checks: dict[str, Callable[[], bool]] = {"database": _is_at_head, "disk": _has_room}
    failing = [name for name, check in checks.items() if not check()]
    return (f"not ready: {', '.join(failing)}\n", 503, PLAIN) if failing else ("ready\n", 200, PLAIN)


@remembers(1)
def _head() -> str:
    return migrating.head()


def _is_at_head() -> bool:
    try:
        with db.engine.connect().execution_options(tenant_exempt=True) as connection:
            return bool(connection.execute(text("select version_num from alembic_version")).scalar() == _head())
    except SQLAlchemyError:
        return False


def _has_room() -> bool:
    return shutil.disk_usage(current_app.instance_path).free >= LEAST_FREE
