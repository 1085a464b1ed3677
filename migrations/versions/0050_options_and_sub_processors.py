"""Options of agreements and whom suppliers use in their turn, as rows; the days that follow from what an agreement says.
What was written of them in words stands where it stood."""

import sqlalchemy as sa
from alembic import op

from models.declare.clock import months_after

revision = "0050"
down_revision = "0049"
branch_labels = depends_on = None

DAYS = {"notice_deadline": "Siste dag for å si opp", "option_deadline": "Neste frist for opsjon", "next_audit": "Neste revisjon"}


def _part(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        *columns,
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "parent_id"], ["agreement.municipality_id", "agreement.id"], name=f"fk_{name}_parent"
        ),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f(f"fk_{name}_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("municipality_id", "id", name=op.f(f"uq_{name}_municipality_id_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{name}_municipality_id_parent_id"), name, ["municipality_id", "parent_id"])


def upgrade() -> None:
    _part(
        "agreement_option",
        sa.Column("years", sa.Integer(), nullable=False, comment="Antall år"),
        sa.Column("deadline", sa.Date(), nullable=True, comment="Frist for å bruke den"),
        sa.Column("use", sa.String(40), nullable=False, comment="Hva dere har bestemt"),
    )
    _part(
        "agreement_processor",
        sa.Column("name", sa.String(200), nullable=False, comment="Navn"),
        sa.Column("country", sa.String(2), nullable=True, comment="Land"),
        sa.Column("number", sa.String(30), nullable=True, comment="Organisasjonsnummer"),
        sa.Column("purpose", sa.String(300), nullable=True, comment="Hva den gjør"),
        sa.Column("ground_id", sa.Integer(), nullable=True, comment="Overføringsgrunnlag"),
        sa.ForeignKeyConstraint(["ground_id"], ["transfer_ground.id"], name=op.f("fk_agreement_processor_ground_id")),
    )
    op.create_index(op.f("ix_agreement_processor_ground_id"), "agreement_processor", ["ground_id"])
    for name, label in DAYS.items():
        op.add_column("agreement", sa.Column(name, sa.Date(), nullable=True, comment=label))
    _reckon()


def _reckon() -> None:
    """The last day for giving notice, of the agreements that have both an end and a notice."""
    agreement = sa.table(
        "agreement", sa.column("ends", sa.Date), sa.column("notice_months", sa.Integer), sa.column("notice_deadline", sa.Date)
    )
    ends, months = agreement.c.ends, agreement.c.notice_months
    known = sa.select(ends, months).where(ends.is_not(None), months >= 1).distinct()
    for day, number in op.get_bind().execute(known).all():
        told = agreement.update().where(ends == day, months == number)
        op.execute(told.values(notice_deadline=months_after(day, -number)))


def downgrade() -> None:
    for name in DAYS:
        op.drop_column("agreement", name)
    op.drop_table("agreement_processor")
    op.drop_table("agreement_option")
