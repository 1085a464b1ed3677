"""The history remembers which form a row was made by, so that a form that is sent twice makes one row."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = depends_on = None

LOGS = ("content_change", "risk_change", "people_change", "money_change")
MADE = sa.text("made_by IS NOT NULL")


def _keys(log: str) -> list[str]:
    owner = [] if log == "shared_change" else ["municipality_id"]
    return [*owner, "actor_id", "register", "made_by"]


def _name(log: str) -> str:
    return f"ix_{log}_{'_'.join(_keys(log))}"


def upgrade() -> None:
    for log in (*LOGS, "shared_change"):
        op.add_column(log, sa.Column("made_by", sa.String(32), nullable=True))
        op.create_index(_name(log), log, _keys(log), unique=True, sqlite_where=MADE, postgresql_where=MADE)


def downgrade() -> None:
    for log in (*LOGS, "shared_change"):
        op.drop_index(_name(log), log)
        op.drop_column(log, "made_by")
