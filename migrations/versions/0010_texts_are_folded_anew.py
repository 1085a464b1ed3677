"""Texts are found and sorted by another folding: dashes, quotes, letters of the north, and numbers by their size.

Nothing of the tables changes. Whatever is derived from the rows is derived again when a database has got here
(`models/migrating.py`).
"""

revision = "0010"
down_revision = "0009"
branch_labels = depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
