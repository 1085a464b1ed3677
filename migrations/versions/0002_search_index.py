"""An index of three-letter pieces for the searches of the large registers."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = depends_on = None
TABLES = ("application", "processing_activity", "shown_card")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _sqlite(table)
    else:
        _postgres()


def _sqlite(table: str) -> None:
    """FTS5 beside the table, kept by triggers; the text itself stays in the table."""
    index = f"{table}_search"
    out = f"INSERT INTO {index}({index}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    into = f"INSERT INTO {index}(rowid, search_text) VALUES (new.id, new.search_text);"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(search_text, content='{table}', content_rowid='id', tokenize='trigram')"
    )
    op.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")
    op.execute(f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {into} END")
    op.execute(f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {out} END")
    op.execute(f"CREATE TRIGGER {index}_update AFTER UPDATE OF search_text ON {table} BEGIN {out} {into} END")


def _postgres() -> None:
    """pg_trgm where the server has it; without it searches are right and slower."""
    op.execute(
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
        + " ".join(f"CREATE INDEX ix_{t}_search ON {t} USING gin (search_text gin_trgm_ops);" for t in TABLES)
        + " EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'no pg_trgm: %', SQLERRM; END $$"
    )


def downgrade() -> None:
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for name in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER {table}_search_{name}")
            op.execute(f"DROP TABLE {table}_search")
        else:
            op.execute(f"DROP INDEX IF EXISTS ix_{table}_search")
