"""What a municipality shows everybody: it opens nothing until it says so. What is to be published of its datasets, by
which address one asks of them, and which systems and activities stay within."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = depends_on = None

SWITCHES = (
    ("municipality", "public_page", "Åpen side om kommunen"),
    ("municipality", "public_indexed", "Søkemotorer kan vise siden"),
    ("municipality", "public_catalogue", "Åpen datakatalog"),
    ("application", "kept_in", "Ikke vis på den åpne siden"),
    ("processing_activity", "kept_in", "Ikke vis på den åpne siden"),
)


def upgrade() -> None:
    for table, name, label in SWITCHES:
        op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false(), comment=label))
    publish = sa.Column(
        "publish", sa.String(40), nullable=False, server_default="no", comment="Publiseres i datakatalogen"
    )
    op.add_column("dataset", publish)
    op.add_column("dataset", sa.Column("contact_email", sa.String(200), nullable=True, comment="E-post til kontaktpunktet"))


def downgrade() -> None:
    op.drop_column("dataset", "contact_email")
    op.drop_column("dataset", "publish")
    for table, name, _label in reversed(SWITCHES):
        op.drop_column(table, name)
