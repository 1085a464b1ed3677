"""Templates say all they say in nynorsk too, and an activity may say why it has no application."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = depends_on = None

NEW = {
    "processing_activity": {"systems_reason": (500, "Hvorfor ingen applikasjon eller datasett")},
    "processing_template": {
        "description": (4000, "Beskrivelse (bokmål)"),
        "description_nn": (4000, "Beskrivelse (nynorsk)"),
        "sources_nn": (500, "Kilder (nynorsk)"),
    },
    "template_retention": {
        "start_nn": (200, "Utgangspunkt (nynorsk)"),
        "basis_nn": (300, "Hjemmel (nynorsk)"),
    },
}


def upgrade() -> None:
    for table, columns in NEW.items():
        for name, (length, label) in columns.items():
            op.add_column(table, sa.Column(name, sa.String(length), comment=label))


def downgrade() -> None:
    for table, columns in NEW.items():
        for name in columns:
            op.drop_column(table, name)
