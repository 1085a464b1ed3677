"""The index of three-letter pieces that serves the searches of the large registers.

It stands beside the models: FTS5 with triggers on SQLite, pg_trgm on PostgreSQL where the server has it. A migration
that copies a table loses the triggers, so they are made anew after every upgrade (`models/migrating.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

INDEXED = ("application", "processing_activity", "shown_card")
PIECE = 3  # letters; shorter words are looked for in the rows themselves


def made_anew(dialect: str) -> Iterator[str]:
    """The DDL that makes every search index as it should be, whatever there is now."""
    for table in INDEXED:
        yield from _sqlite(table) if dialect == "sqlite" else _postgres(table)


def _sqlite(table: str) -> Iterator[str]:
    """The text itself stays in the table; the triggers keep the index in step with it."""
    index = f"{table}_search"
    out = f"INSERT INTO {index}({index}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    into = f"INSERT INTO {index}(rowid, search_text) VALUES (new.id, new.search_text);"
    options = f"search_text, content='{table}', content_rowid='id', tokenize='trigram'"
    yield f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({options})"
    for name in ("insert", "delete", "update"):
        yield f"DROP TRIGGER IF EXISTS {index}_{name}"
    yield f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {into} END"
    yield f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {out} END"
    yield f"CREATE TRIGGER {index}_update AFTER UPDATE OF search_text ON {table} BEGIN {out} {into} END"
    yield f"INSERT INTO {index}({index}) VALUES ('rebuild')"


def _postgres(table: str) -> Iterator[str]:
    """Without pg_trgm searches are right and slower."""
    yield (
        "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; "
        f"CREATE INDEX IF NOT EXISTS ix_{table}_search ON {table} USING gin (search_text gin_trgm_ops); "
        "EXCEPTION WHEN OTHERS THEN RAISE NOTICE USING MESSAGE = SQLERRM; END $$"
    )
