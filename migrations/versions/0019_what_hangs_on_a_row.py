"""Files and links that hang on a row: of content, of risk, and of what is shared. The files lie beside the database."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = depends_on = None

OWNED = ("attachment", "risk_attachment")


def upgrade() -> None:
    for table in (*OWNED, "shared_attachment"):
        owner = [sa.Column("municipality_id", sa.Integer(), nullable=False)] if table in OWNED else []
        belongs = [sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f(f"fk_{table}_municipality_id"))] if table in OWNED else []
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("register", sa.String(length=60), nullable=False),
            sa.Column("row_id", sa.Integer(), nullable=False),
            sa.Column("title", sa.String(length=200), nullable=False),
            sa.Column("address", sa.String(length=2000), nullable=True),
            sa.Column("name", sa.String(length=150), nullable=True),
            sa.Column("ending", sa.String(length=10), nullable=True),
            sa.Column("size", sa.Integer(), nullable=False),
            sa.Column("digest", sa.String(length=64), nullable=True),
            sa.Column("stored", sa.String(length=40), nullable=True),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("author_id", sa.Integer(), nullable=True),
            sa.Column("author_name", sa.String(length=200), nullable=False),
            sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("removed_by", sa.String(length=200), nullable=False),
            *owner,
            *belongs,
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sqlite_autoincrement=True,
        )
        whose = [["municipality_id", "register", "row_id", "id"]] if table in OWNED else []
        for columns in (*whose, ["register", "row_id", "id"]):
            op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table in (*OWNED, "shared_attachment"):
        op.drop_table(table)
