"""What a deleted row was stands in the history, so that it can be brought back; and where each change was made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = depends_on = None

LOGS = ("content_change", "risk_change", "people_change", "money_change", "shared_change")


def upgrade() -> None:
    for log in LOGS:
        op.add_column(log, sa.Column("acted_in", sa.Integer(), nullable=True))
        op.add_column(log, sa.Column("snapshot", sa.JSON(), nullable=True))
    op.add_column("user_account", sa.Column("grants_seen", sa.Integer(), server_default="0", nullable=False))
    if op.get_bind().dialect.name == "postgresql":  # so that the owner sees the rows; `policies` forces it again
        op.execute("ALTER TABLE membership NO FORCE ROW LEVEL SECURITY")
    # The project's people act for the project; others for the municipality where they hold a role.
    op.execute("update shared_change set acted_in = 0 where actor_id in (select user_id from project_role)")
    op.execute(
        "update shared_change set acted_in = (select min(municipality_id) from membership where user_id = actor_id) "
        "where acted_in is null"
    )


def downgrade() -> None:
    for log in LOGS:
        op.drop_column(log, "snapshot")
        op.drop_column(log, "acted_in")
    op.drop_column("user_account", "grants_seen")
