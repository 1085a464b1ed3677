"""Invitations, why a sign-in failed, and who sent something to be approved."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_invitation_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_invitation_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_invitation_municipality_id_id"), "invitation", ["municipality_id", "id"])

    moment = sa.DateTime(timezone=True)
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column("user_account", "last_sign_in", existing_type=moment, comment="Sist logget inn")
    op.add_column("user_account", sa.Column("last_failed", moment, comment="Sist forsøkt uten å komme inn"))
    op.add_column("user_account", sa.Column("last_failure", sa.String(length=40), comment="Hvorfor det ikke gikk"))
    for name in ("processing_activity", "impact_assessment"):
        op.add_column(name, sa.Column("sent_by", sa.String(length=200), comment="Sendt til godkjenning av"))
        op.add_column(name, sa.Column("sender_id", sa.Integer()))
        op.add_column(name, sa.Column("sent_back", sa.String(length=500), comment="Sendt tilbake fordi"))
    op.add_column("impact_assessment", sa.Column("approved_by", sa.String(length=200), comment="Godkjent av"))


def downgrade() -> None:
    op.drop_column("impact_assessment", "approved_by")
    for name in ("processing_activity", "impact_assessment"):
        for column in ("sent_back", "sender_id", "sent_by"):
            op.drop_column(name, column)
    op.drop_column("user_account", "last_failure")
    op.drop_column("user_account", "last_failed")
    op.drop_table("invitation")
