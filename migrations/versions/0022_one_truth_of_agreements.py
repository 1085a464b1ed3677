"""Whether an application has a data processing agreement follows from its agreements, and is typed no more.

What was typed becomes the answer to whether one is needed. Where it said more than the agreements do, that it was in
place or from which day, the words are kept among the remarks of the application: nothing is lost, and nobody is told
that an agreement is in force which is nowhere to be found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = depends_on = None

NEEDED = {"not_needed": "no", "missing": "yes", "in_place": "yes"}
COVERED = """exists (
    select 1 from application_agreements tied
    join agreement on agreement.id = tied.agreement_id and agreement.municipality_id = tied.municipality_id
    where tied.application_id = application.id and tied.municipality_id = application.municipality_id
    and agreement.data_processing = 'yes' and agreement.status in ('active', 'option')
    and (agreement.ends is null or agreement.ends >= current_date)
)"""
DATED = COVERED[:-1] + " and agreement.signed = application.processing_agreement_date)"
UNTOLD = f"""select id, notes, processing_agreement, processing_agreement_date from application
    where (processing_agreement = 'in_place' and not {COVERED})
    or (processing_agreement_date is not null and not {DATED})"""
LONGEST = 4_000  # what the remarks have room for
WORDS = {"in_place": "finnes", "missing": "mangler", "not_needed": "ikke nødvendig", None: "ikke besvart"}


def upgrade() -> None:
    op.add_column("application", sa.Column("needs_agreement", sa.String(40), nullable=False, server_default="unknown"))
    connection = op.get_bind()
    application = sa.table("application", sa.column("id"), sa.column("notes"), sa.column("needs_agreement"),
                           sa.column("processing_agreement"), sa.column("version"))  # fmt: skip
    for typed, needed in NEEDED.items():
        rows = application.update().where(application.c.processing_agreement == typed)
        connection.execute(rows.values(needs_agreement=needed))
    for row_id, notes, typed, day in connection.execute(sa.text(UNTOLD)).all():
        kept = application.update().where(application.c.id == row_id)
        anew = application.c.version + 1  # who has the row open is told that it is another
        connection.execute(kept.values(notes=_with_remark(notes, typed, day), version=anew))
    _carry_deleted(connection)
    op.drop_column("application", "processing_agreement_date")
    op.drop_column("application", "processing_agreement")


def _with_remark(notes: str | None, typed: str | None, day: object) -> str:
    """The remarks, and what was typed as one more: a date comes as a day from PostgreSQL, as a text from SQLite."""
    dated = f", datert {'.'.join(reversed(str(day).split('-')))}" if day else ""
    remark = f"Databehandleravtale, ført før avtalene ble koblet til: {WORDS.get(typed, typed)}{dated}."
    return f"{notes[: LONGEST - len(remark) - 1]}\n{remark}" if notes else remark


def _carry_deleted(connection: sa.Connection) -> None:
    """The same of what may be brought back from among the deleted."""
    log = sa.table("content_change", sa.column("id"), sa.column("register"), sa.column("snapshot", sa.JSON()))
    deleted = sa.select(log.c.id, log.c.snapshot).where(log.c.register == "application", log.c.snapshot.is_not(None))
    for change_id, snapshot in connection.execute(deleted).all():
        values = snapshot["values"]
        typed, day = (values.pop(f"processing_agreement{end}", None) for end in ("", "_date"))
        values["needs_agreement"] = NEEDED.get(typed, "unknown")
        if typed == "in_place" or day:
            values["notes"] = _with_remark(values.get("notes"), typed, day)
        connection.execute(log.update().where(log.c.id == change_id).values(snapshot=snapshot))


def downgrade() -> None:
    """The answers come back; the days stay in the remarks."""
    op.add_column("application", sa.Column("processing_agreement", sa.String(40), nullable=True))
    op.add_column("application", sa.Column("processing_agreement_date", sa.Date(), nullable=True))
    op.execute("update application set processing_agreement = 'not_needed' where needs_agreement = 'no'")
    op.execute(f"update application set processing_agreement = 'in_place' where needs_agreement <> 'no' and {COVERED}")
    op.drop_column("application", "needs_agreement")
