"""Questions to the owners of rows, and whether a municipality lets them be answered without signing in. When who has
access was gone through, and when it is due again."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_by_name", sa.String(length=200), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("answered_by", sa.String(length=250), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_confirmation_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_confirmation_key_hash")),
        sqlite_autoincrement=True,
    )
    for columns in (["municipality_id", "register", "row_id", "id"], ["municipality_id", "id"]):
        op.create_index(op.f(f"ix_confirmation_{'_'.join(columns)}"), "confirmation", columns)
    op.create_table(
        "access_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_by", sa.Integer(), nullable=False),
        sa.Column("done_by_name", sa.String(length=200), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_access_review_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_access_review_municipality_id_id"), "access_review", ["municipality_id", "id"])
    allowed = sa.Column(
        "owners_answer_by_link", sa.Boolean(), nullable=False, server_default=sa.false(),
        comment="Systemeiere kan bekrefte uten konto",
    )  # fmt: skip
    op.add_column("municipality", allowed)


def downgrade() -> None:
    op.drop_column("municipality", "owners_answer_by_link")
    op.drop_table("access_review")
    op.drop_table("confirmation")
