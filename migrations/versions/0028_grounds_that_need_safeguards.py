"""Which grounds of a transfer need the safeguards in the record (GDPR art. 30(1)(e)): those of art. 49(1) second
subparagraph. The code list has said so from the first day; the database did not keep it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("transfer_ground", sa.Column("needs_safeguards", sa.String(40), nullable=False, server_default="no"))
    grounds = sa.table("transfer_ground", sa.column("code"), sa.column("needs_safeguards"))
    op.execute(grounds.update().where(grounds.c.code == "49.1.2").values(needs_safeguards="yes"))


def downgrade() -> None:
    op.drop_column("transfer_ground", "needs_safeguards")
