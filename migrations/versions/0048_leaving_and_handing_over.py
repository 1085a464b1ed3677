"""Municipalities that leave, the archives of all they have, receipts of what is deleted; and parties that hand over."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = depends_on = None


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, sa.Column("id", sa.Integer(), nullable=False), *columns, primary, sqlite_autoincrement=True)


def _place(name: str, column: str = "place") -> tuple[sa.schema.SchemaItem, ...]:
    key = sa.ForeignKeyConstraint([column], ["municipality.id"], name=op.f(f"fk_{name}_{column}"))
    return sa.Column(column, sa.Integer(), nullable=False), key


def _archives() -> None:
    _table(
        "municipality_archive",
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("stored", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        *_place("municipality_archive", "municipality_id"),
    )
    name = op.f("ix_municipality_archive_municipality_id_id")
    op.create_index(name, "municipality_archive", ["municipality_id", "id"])
    _table(
        "archive_job",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("said", sa.String(1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_id", sa.Integer(), nullable=True),
    )
    for columns in (["state", "id"], ["user_id", "id"]):
        op.create_index(op.f(f"ix_archive_job_{'_'.join(columns)}"), "archive_job", columns)


def _leavings() -> None:
    _table(
        "leaving",
        sa.Column("version", sa.Integer(), nullable=False),
        *_place("leaving"),
        sa.Column("noticed_on", sa.Date(), nullable=False),
        sa.Column("noticed_by", sa.String(200), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("agreed", sa.String(500), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(200), nullable=False),
        sa.Column("archive_digest", sa.String(64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_by", sa.String(200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.CheckConstraint("noticed_on <= last_day", name=op.f("ck_leaving_days")),
        sa.CheckConstraint("state in ('noticed', 'deleted')", name=op.f("ck_leaving_state")),
    )
    is_open = sa.text("state = 'noticed'")
    op.create_index(
        "uq_leaving_open", "leaving", ["place"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    _table(
        "deletion_receipt",
        sa.Column("leaving_id", sa.Integer(), nullable=False),
        *_place("deletion_receipt"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation_number", sa.String(9), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("archive_digest", sa.String(64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_by", sa.String(200), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(200), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leaving_id"], ["leaving.id"], name=op.f("fk_deletion_receipt_leaving_id")),
        sa.UniqueConstraint("leaving_id", name=op.f("uq_deletion_receipt_leaving_id")),
        sa.CheckConstraint("approved_by_id <> asked_by_id", name=op.f("ck_deletion_receipt_two_people")),
    )


def _transfers() -> None:
    _table(
        "party_transfer",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("from_name", sa.String(300), nullable=False),
        sa.Column("to_name", sa.String(300), nullable=False),
        sa.Column("to_supplier_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(500), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["to_supplier_id"], ["supplier.id"], name=op.f("fk_party_transfer_to_supplier_id")),
    )
    _table(
        "party_transfer_paper",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        *_place("party_transfer_paper"),
        sa.Column("agreement", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("nature", sa.String(20), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("to_sign", sa.Boolean(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("ticked_by", sa.String(200), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["party_transfer.id"], name=op.f("fk_party_transfer_paper_transfer_id")
        ),
        sa.CheckConstraint("nature in ('accession', 'processing')", name=op.f("ck_party_transfer_paper_nature")),
    )
    op.create_index(op.f("ix_party_transfer_paper_transfer_id_id"), "party_transfer_paper", ["transfer_id", "id"])


def upgrade() -> None:
    op.add_column("municipality", sa.Column("left", sa.Date(), nullable=True, comment="Ikke medlem fra"))
    _archives()
    _leavings()
    _transfers()


def downgrade() -> None:
    for name in ("party_transfer_paper", "party_transfer", "deletion_receipt", "leaving", "archive_job"):
        op.drop_table(name)
    op.drop_table("municipality_archive")
    op.drop_column("municipality", "left")
