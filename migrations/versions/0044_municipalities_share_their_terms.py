"""Whether a municipality lets its sisters know which version it has, what it costs and how long it is bound: it does not
until it says so, so no card is written anew."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = depends_on = None


def upgrade() -> None:
    shares = sa.Column(
        "shares_terms", sa.Boolean(), nullable=False, server_default=sa.false(),
        comment="Deler versjon, kostnad og avtaletid",
    )  # fmt: skip
    op.add_column("municipality", shares)


def downgrade() -> None:
    op.drop_column("municipality", "shares_terms")
