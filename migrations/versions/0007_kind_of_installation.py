"""Whether a database is a demo or a real installation, and whether its first set-up was finished."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    connection = op.get_bind()
    if not connection.execute(sa.text("select count(*) from municipality")).scalar():
        return
    # Addresses that end so belong to nobody (RFC 2606): only the demo has them.
    demo = connection.execute(sa.text("select count(*) from user_account where email like '%@orden.example'")).scalar()
    op.bulk_insert(made, [{"id": 1, "demo": bool(demo), "finished": True}])


def downgrade() -> None:
    op.drop_table("installation")
