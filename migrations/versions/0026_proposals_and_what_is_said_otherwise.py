"""Laws and the categories that municipalities propose: how the project has decided, and who proposed. And of what
people say: when it was said otherwise, what advice said before, and when it was taken back.

What is there was made by the project, and is approved; so is what comes back from among the deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = depends_on = None

TABLES = (
    "data_subject_category", "law", "personal_data_category", "product_category", "recipient_category",
    "security_measure",
)  # fmt: skip
COMMENTS = ("comment", "risk_comment")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("status", sa.String(40), nullable=False, server_default="approved"))
        op.add_column(table, sa.Column("proposed_by", sa.Integer()))
    for table in COMMENTS:
        for moment in ("edited_at", "gone_at"):
            op.add_column(table, sa.Column(moment, sa.DateTime(timezone=True)))
        op.add_column(table, sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for table in COMMENTS:
        for column in ("earlier", "gone_at", "edited_at"):
            op.drop_column(table, column)
    for table in TABLES:
        op.drop_column(table, "proposed_by")
        op.drop_column(table, "status")
