"""The numbers of processing activities are counted, so that none is given twice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = depends_on = None

ACTIVITY = sa.table("processing_activity", *map(sa.column, ("id", "municipality_id", "number")))
INDEX = "ix_processing_activity_municipality_id_number"


def upgrade() -> None:
    op.create_table(
        "last_number",
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name="fk_last_number_municipality_id"),
        sa.PrimaryKeyConstraint("municipality_id", name="pk_last_number"),
    )
    if op.get_bind().dialect.name == "postgresql":  # so that the owner sees the rows; `policies` forces it again
        op.execute("ALTER TABLE processing_activity NO FORCE ROW LEVEL SECURITY")
    _part_twins()
    op.create_index(INDEX, "processing_activity", ["municipality_id", "number"], unique=True)


def _part_twins() -> None:
    """Of activities with the same number the oldest keeps it; the others get the next after the highest."""
    connection, last, seen = op.get_bind(), {}, set()
    rows = connection.execute(sa.select(ACTIVITY).where(ACTIVITY.c.number.is_not(None)).order_by(ACTIVITY.c.id)).all()
    for row in rows:
        last[row.municipality_id] = max(last.get(row.municipality_id, 0), int(row.number[2:]))
    for row in rows:
        if (row.municipality_id, row.number) in seen:
            last[row.municipality_id] += 1
            number = f"B-{last[row.municipality_id]:04d}"
            connection.execute(sa.update(ACTIVITY).where(ACTIVITY.c.id == row.id).values(number=number))
        seen.add((row.municipality_id, row.number))


def downgrade() -> None:
    op.drop_index(INDEX, "processing_activity")
    op.drop_table("last_number")
