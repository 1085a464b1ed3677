"""What the joint work costs, how it is settled, the funds, and the ledger beneath them. Connection fees that are charged
already go into the ledger as those that come."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = depends_on = None


def _record() -> list[sa.Column]:
    key = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("sort_key", key, nullable=False),
    ]


def _register(name: str, *columns: sa.schema.SchemaItem) -> None:
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    op.create_table(name, *columns, *_record(), primary, sqlite_autoincrement=True)
    op.create_index(op.f(f"ix_{name}_sort_key_id"), name, ["sort_key", "id"])


def _registers() -> None:
    _register(
        "self_cost",
        sa.Column("year", sa.Integer(), nullable=False, comment="År"),
        sa.Column("nature", sa.String(40), nullable=False, comment="Type"),
        sa.Column("name", sa.String(200), nullable=False, comment="Tekst"),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False, comment="Beløp"),
        sa.Column("day", sa.Date(), nullable=True, comment="Dato"),
        sa.Column("attributable", sa.Boolean(), nullable=False, comment="Henførbar"),
        sa.Column("voucher", sa.String(60), nullable=True, comment="Bilag"),
        sa.Column("link", sa.String(300), nullable=True, comment="Lenke til bilaget"),
    )
    op.create_index(op.f("ix_self_cost_year"), "self_cost", ["year"])
    _register(
        "interest_rate",
        sa.Column("year", sa.Integer(), nullable=False, comment="År"),
        sa.Column("percent", sa.BigInteger(), nullable=False, comment="Prosent"),
        sa.Column("status", sa.String(40), nullable=False, comment="Status"),
        sa.Column("source", sa.String(500), nullable=True, comment="Kilde"),
        sa.Column("note", sa.String(500), nullable=True, comment="Merknad"),
        sa.UniqueConstraint("year", name=op.f("uq_interest_rate_year")),
        sa.CheckConstraint("percent >= 0", name=op.f("ck_interest_rate_not_negative")),
    )
    _register(
        "fund_decision",
        sa.Column("name", sa.String(200), nullable=False, comment="Prosjekt"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="Vedtatt dato"),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False, comment="Beløp"),
        sa.Column("reference", sa.String(60), nullable=True, comment="Saksnummer"),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_fund_decision_positive")),
    )


def _settlements() -> None:
    op.create_table(
        "settlement_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("handling", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_by_name", sa.String(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_draft")),
        sa.UniqueConstraint("year", name=op.f("uq_settlement_draft_year")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("handling", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("cost_ore", sa.BigInteger(), nullable=False),
        sa.Column("on_account_ore", sa.BigInteger(), nullable=False),
        sa.Column("costs", sa.JSON(), nullable=False),
        sa.Column("funds", sa.JSON(), nullable=False),
        sa.Column("made_by_name", sa.String(200), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=False),
        sa.Column("approved_by_name", sa.String(200), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_settlement_year_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settlement_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("organisation_number", sa.String(9), nullable=True),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("fixed_ore", sa.BigInteger(), nullable=False),
        sa.Column("share_ore", sa.BigInteger(), nullable=False),
        sa.Column("on_account_ore", sa.BigInteger(), nullable=False),
        sa.Column("handling", sa.String(40), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_settlement_line_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["year", "number"], ["settlement.year", "settlement.number"], name="fk_settlement_line_settlement",
            deferrable=True, initially="DEFERRED",
        ),
        sa.UniqueConstraint(
            "municipality_id", "year", "number", name=op.f("uq_settlement_line_municipality_id_year_number")
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(op.f("ix_settlement_line_year_number"), "settlement_line", ["year", "number"])


def _ledger() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("debit", sa.String(40), nullable=False),
        sa.Column("credit", sa.String(40), nullable=False),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.ForeignKeyConstraint(["reverses"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_reverses")),
        sa.UniqueConstraint("reverses", name=op.f("uq_ledger_entry_reverses")),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_ledger_entry_positive")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_entry_two_accounts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ledger_entry_source_source_id"), "ledger_entry", ["source", "source_id"])
    first = "make_date(year, 1, 1)" if op.get_bind().dialect.name == "postgresql" else "year || '-01-01'"
    op.execute(
        "INSERT INTO ledger_entry (day, debit, credit, amount_ore, source, source_id, text, at, by)"
        f" SELECT coalesce(invoiced_on, {first}), 'connection_fees', 'development_fund', amount_ore, 'run', id,"
        " coalesce(reference, ''), CURRENT_TIMESTAMP, 'Orden' FROM charge WHERE nature = 'connection' AND amount_ore > 0"
        " ORDER BY id"
    )


def upgrade() -> None:
    _registers()
    _settlements()
    _ledger()


def downgrade() -> None:
    for name in ("ledger_entry", "settlement_line", "settlement", "settlement_draft"):
        op.drop_table(name)
    for name in ("fund_decision", "interest_rate", "self_cost"):
        op.drop_table(name)
