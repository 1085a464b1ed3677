"""Settlements and supplements become lines of invoices and credit notes, and what is handed to the access point is kept.
A settlement that was charged by hand stands in the ledger as those that come."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = depends_on = None
OPEN = "state <> 'issued' AND corrects_id IS NULL"
FIRST = "nature = 'invoice' AND replaces_id IS NULL"


def upgrade() -> None:
    _supplements()
    _runs()
    _invoices()
    _deliveries()
    last = "make_date(year, 12, 31)" if _on_postgres() else "year || '-12-31'"
    op.execute(
        "INSERT INTO ledger_entry (day, debit, credit, amount_ore, source, source_id, text, at, by)"
        f" SELECT coalesce(invoiced_on, {last}), CASE WHEN amount_ore > 0 THEN 'invoiced' ELSE 'municipalities' END,"
        " CASE WHEN amount_ore > 0 THEN 'municipalities' ELSE 'invoiced' END, abs(amount_ore), 'run', id,"
        " coalesce(reference, ''), CURRENT_TIMESTAMP, 'Orden' FROM charge WHERE nature = 'settlement' AND"
        " amount_ore <> 0 ORDER BY id"
    )


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _supplements() -> None:
    key = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")
    op.create_table(
        "supplement",
        sa.Column("year", sa.Integer(), nullable=False, comment="År"),
        sa.Column("name", sa.String(150), nullable=False, comment="Tekst"),
        sa.Column("amount_ore", sa.BigInteger(), nullable=False, comment="Beløp"),
        sa.Column("basis", sa.String(500), nullable=False, comment="Begrunnelse"),
        sa.Column("dropped", sa.Boolean(), nullable=False, comment="Frafalt"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("sort_key", key, nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_ore > 0", name=op.f("ck_supplement_positive")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_supplement_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplement")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_supplement_municipality_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_supplement_sort_key_id"), "supplement", ["sort_key", "id"])
    op.create_index(
        op.f("ix_supplement_municipality_id_sort_key_id"), "supplement", ["municipality_id", "sort_key", "id"]
    )


def _runs() -> None:
    op.add_column("charge_run", sa.Column("settles", sa.Integer(), nullable=True))
    op.drop_index("uq_charge_run_open", "charge_run")
    _index("uq_charge_run_open", "charge_run", ["year"], f"{OPEN} AND settles IS NULL")
    _index("uq_charge_run_settling", "charge_run", ["year"], "state <> 'issued' AND settles IS NOT NULL")


def _invoices() -> None:
    op.drop_index("uq_invoice_first", "invoice")
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("about", sa.String(20), nullable=False, server_default="on_account"))
        table.add_column(sa.Column("refers", sa.JSON(), nullable=False, server_default="[]"))
        if _on_postgres():  # SQLite's copy of a table carries no check along
            table.drop_constraint(table.f("ck_invoice_credits"), type_="check")
        else:
            table.create_check_constraint(table.f("ck_invoice_sum"), "gross_ore = net_ore + vat_ore and net_ore >= 0")
        table.create_check_constraint(table.f("ck_invoice_credits"), "credits_id is null or nature = 'credit_note'")
        table.create_check_constraint(
            table.f("ck_invoice_takes_back"), "nature = 'invoice' or credits_id is not null or about = 'settlement'"
        )
        table.create_check_constraint(
            table.f("ck_invoice_about"), "about in ('on_account', 'supplement', 'settlement')"
        )
    _index(
        "uq_invoice_first", "invoice", ["municipality_id", "year", "quarter"], f"{FIRST} AND about = 'on_account'"
    )
    with op.batch_alter_table("invoice_line", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name in ("settles_year", "settles_number", "supplement_id"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
        table.add_column(sa.Column("handling", sa.String(40), nullable=True))
        if _on_postgres():
            table.drop_constraint(table.f("ck_invoice_line_not_negative"), type_="check")
        table.create_check_constraint(
            table.f("ck_invoice_line_not_negative"), "price_ore >= 0 and (amount_ore >= 0 or kind = 'settlement')"
        )
        table.create_check_constraint(
            table.f("ck_invoice_line_settles"), "(settles_year is null) = (kind <> 'settlement')"
        )
        table.create_foreign_key(
            "fk_invoice_line_supplement", "supplement", ["municipality_id", "supplement_id"], ["municipality_id", "id"]
        )
    op.create_index(op.f("ix_invoice_line_settles_year"), "invoice_line", ["settles_year"])
    op.create_index(op.f("ix_invoice_line_supplement_id"), "invoice_line", ["supplement_id"])


def _deliveries() -> None:
    op.create_table(
        "invoice_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("place", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("is_delivered", sa.Boolean(), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(1000), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(said = '') = is_delivered", name=op.f("ck_invoice_delivery_said")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "invoice_id"], ["invoice.municipality_id", "invoice.id"],
            name="fk_invoice_delivery_invoice",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_invoice_delivery_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_delivery")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f("uq_invoice_delivery_municipality_id_id")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(
        op.f("ix_invoice_delivery_municipality_id_invoice_id"), "invoice_delivery", ["municipality_id", "invoice_id"]
    )
    _index("uq_invoice_delivery_once", "invoice_delivery", ["invoice_id"], "is_delivered")
    op.create_table(
        "delivery_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("said", sa.String(1000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_job")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_job_state_id"), "delivery_job", ["state", "id"])
    op.create_index(op.f("ix_delivery_job_user_id_id"), "delivery_job", ["user_id", "id"])


def downgrade() -> None:
    for name in ("delivery_job", "invoice_delivery"):
        op.drop_table(name)
    op.drop_index(op.f("ix_invoice_line_supplement_id"), "invoice_line")
    op.drop_index(op.f("ix_invoice_line_settles_year"), "invoice_line")
    with op.batch_alter_table("invoice_line", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint("fk_invoice_line_supplement", type_="foreignkey")
        if _on_postgres():
            table.drop_constraint(table.f("ck_invoice_line_settles"), type_="check")
            table.drop_constraint(table.f("ck_invoice_line_not_negative"), type_="check")
        table.create_check_constraint(table.f("ck_invoice_line_not_negative"), "amount_ore >= 0 and price_ore >= 0")
        for name in ("handling", "supplement_id", "settles_number", "settles_year"):
            table.drop_column(name)
    op.drop_index("uq_invoice_first", "invoice")
    with op.batch_alter_table("invoice", table_kwargs={"sqlite_autoincrement": True}) as table:
        if _on_postgres():
            for name in ("ck_invoice_about", "ck_invoice_takes_back", "ck_invoice_credits"):
                table.drop_constraint(table.f(name), type_="check")
        else:
            table.create_check_constraint(table.f("ck_invoice_sum"), "gross_ore = net_ore + vat_ore and net_ore >= 0")
        table.create_check_constraint(
            table.f("ck_invoice_credits"), "(nature = 'credit_note') = (credits_id is not null)"
        )
        table.drop_column("refers")
        table.drop_column("about")
    _index("uq_invoice_first", "invoice", ["municipality_id", "year", "quarter"], FIRST)
    op.drop_index("uq_charge_run_settling", "charge_run")
    op.drop_index("uq_charge_run_open", "charge_run")
    op.drop_column("charge_run", "settles")
    _index("uq_charge_run_open", "charge_run", ["year"], OPEN)
    op.drop_table("supplement")
