"""Municipalities on their way in: what they asked, each step, and the papers as they were made. Who is a member by now
has none of it, and stays open."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = depends_on = None
IS_OPEN = sa.text("step IN ('asked', 'quoted', 'ready', 'signing')")
STEPS = "'asked', 'quoted', 'ready', 'signing', 'in_force', 'declined', 'withdrawn'"


def upgrade() -> None:
    op.create_table(
        "accession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("contact_name", sa.String(200), nullable=False),
        sa.Column("contact_role", sa.String(200), nullable=False),
        sa.Column("contact_email", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("wished_from", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=True),
        sa.Column("return_days", sa.Integer(), nullable=True),
        sa.Column("service_level", sa.Text(), nullable=False),
        sa.Column("consent", sa.String(40), nullable=True),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("processing_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accession")),
        sa.ForeignKeyConstraint(["place_id"], ["municipality.id"], name=op.f("fk_accession_place_id")),
        sa.CheckConstraint(f"step in ({STEPS})", name=op.f("ck_accession_step")),
        sa.CheckConstraint(
            "step <> 'in_force' or (place_id is not null and first_day is not null)",
            name=op.f("ck_accession_in_force"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_accession_place_id"), "accession", ["place_id"])
    op.create_index(
        "uq_accession_open", "accession", ["code"], unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    )
    op.create_table(
        "accession_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("accession_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("paper", sa.String(40), nullable=True),
        sa.Column("signer", sa.String(40), nullable=True),
        sa.Column("signed_by", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accession_event")),
        sa.ForeignKeyConstraint(["accession_id"], ["accession.id"], name=op.f("fk_accession_event_accession_id")),
        sa.UniqueConstraint("accession_id", "number", name=op.f("uq_accession_event_accession_id_number")),
        sa.CheckConstraint(
            "(what = 'signed') = (paper is not null and signer is not null)", name=op.f("ck_accession_event_signed")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "accession_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("accession_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accession_paper")),
        sa.ForeignKeyConstraint(["accession_id"], ["accession.id"], name=op.f("fk_accession_paper_accession_id")),
        sa.UniqueConstraint("accession_id", "kind", "number", name=op.f("uq_accession_paper_accession_id_kind_number")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for name in ("accession_paper", "accession_event", "accession"):
        op.drop_table(name)
