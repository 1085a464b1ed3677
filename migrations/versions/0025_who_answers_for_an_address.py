"""Which municipality answers for an address that nobody has proven, and which invitations went by letter.

Who came in by a link so far had it from the inviter: that municipality answers for them. Who has a role elsewhere too
keeps what they have: somebody has vouched for them since.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = depends_on = None

AT_ONCE = timedelta(minutes=1)  # between the making of a user and the taking of the link that made it
TAKEN = """select invitation.user_id, invitation.municipality_id, invitation.taken_at, user_account.created_at
    from invitation join user_account on user_account.id = invitation.user_id
    where invitation.taken_at is not null
    and not exists (select 1 from project_role where project_role.user_id = user_account.id)
    and not exists (select 1 from membership where membership.user_id = user_account.id
        and membership.municipality_id <> invitation.municipality_id)"""


def upgrade() -> None:
    op.add_column("user_account", sa.Column("vouched_in", sa.Integer(), nullable=True))
    op.add_column("invitation", sa.Column("mailed", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    user = sa.table("user_account", sa.column("id"), sa.column("vouched_in"))
    for user_id, place, taken_at, created_at in connection.execute(sa.text(TAKEN)).all():
        if abs(_moment(taken_at) - _moment(created_at)) < AT_ONCE:
            connection.execute(user.update().where(user.c.id == user_id).values(vouched_in=place))


def _moment(value: object) -> datetime:
    """A moment comes as one from PostgreSQL, as a text from SQLite."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def downgrade() -> None:
    op.drop_column("invitation", "mailed")
    op.drop_column("user_account", "vouched_in")
