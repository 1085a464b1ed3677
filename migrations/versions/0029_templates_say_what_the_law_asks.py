"""Templates name the paragraph of each law, the ground of article 10, who is vulnerable and the criteria of an impact
assessment; and a retention time may be in days or in words.

The laws a template has become rows of their own, in it and in what is kept of the deleted ones.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = depends_on = None

ANSWERS = {
    "criminal": "Straffedommer og lovovertredelser", "children": "Barn", "vulnerable": "Andre sårbare",
    "automated": "Automatiserte avgjørelser", "profiling": "Profilering", "ai_use": "Kunstig intelligens",
    "evaluation": "Evaluering eller poengsetting", "monitoring": "Systematisk overvåking",
    "large_scale": "Stor skala", "matching": "Sammenstilling av datasett", "innovative": "Ny teknologi",
    "blocking": "Hindrer rettighet eller tjeneste", "common": "Vanlig",
}  # fmt: skip
GROUNDS = {"article10": "Grunnlag art. 10 (bokmål)", "article10_nn": "Grunnlag art. 10 (nynorsk)"}
LENGTHS = (
    ("template_retention", "days", sa.Integer(), "Antall dager"),
    ("activity_retention", "days", sa.Integer(), "Antall dager"),
    ("activity_retention", "words", sa.String(300), "Fristen i ord"),
)
LINKS = sa.table("processing_template_laws", sa.column("processing_template_id"), sa.column("law_id"))
LAWS = sa.table("template_law", sa.column("parent_id"), sa.column("law_id"))
KEPT = sa.table(
    "shared_change", sa.column("id"), sa.column("register"), sa.column("snapshot", sa.JSON(none_as_null=True))
)


def upgrade() -> None:
    _make_rows_of_laws()
    op.execute(
        LAWS.insert().from_select(["parent_id", "law_id"], sa.select(LINKS.c.processing_template_id, LINKS.c.law_id))
    )
    op.drop_index("ix_processing_template_laws_law_id", "processing_template_laws")
    op.drop_table("processing_template_laws")
    for key, label in ANSWERS.items():
        answer = sa.Column(key, sa.String(40), nullable=False, server_default="unknown", comment=label)
        op.add_column("processing_template", answer)
    for key, label in GROUNDS.items():
        op.add_column("processing_template", sa.Column(key, sa.String(500), comment=label))
    for table, key, kind, label in LENGTHS:
        op.add_column(table, sa.Column(key, kind, comment=label))
    _write_anew(_with_rows)


def downgrade() -> None:
    _write_anew(_with_links)
    for table, key, _kind, _label in LENGTHS:
        op.drop_column(table, key)
    for key in (*GROUNDS, *ANSWERS):
        op.drop_column("processing_template", key)
    _make_links_of_laws()
    op.execute(
        LINKS.insert().from_select(
            ["processing_template_id", "law_id"], sa.select(LAWS.c.parent_id, LAWS.c.law_id).distinct()
        )
    )
    op.drop_table("template_law")


def _make_rows_of_laws() -> None:
    op.create_table(
        "template_law",
        sa.Column("section", sa.String(100), comment="Paragraf"),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=False, comment="Lov"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name="fk_template_law_law_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["processing_template.id"], name="fk_template_law_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_template_law"),
        sqlite_autoincrement=True,
    )
    for column in ("law_id", "parent_id"):
        op.create_index(f"ix_template_law_{column}", "template_law", [column])


def _make_links_of_laws() -> None:
    table, key = "processing_template_laws", "processing_template_id"
    op.create_table(
        table,
        sa.Column(key, sa.Integer(), nullable=False),
        sa.Column("law_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["law_id"], ["law.id"], name=f"fk_{table}_law_id"),
        sa.ForeignKeyConstraint([key], ["processing_template.id"], name=f"fk_{table}_{key}", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, "law_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_law_id", table, ["law_id"])


def _write_anew(changed: Any) -> None:
    """What is kept of deleted templates, in the other form."""
    wanted = sa.and_(KEPT.c.register == "processing_template", KEPT.c.snapshot.is_not(None))
    connection = op.get_bind()
    for number, snapshot in connection.execute(sa.select(KEPT.c.id, KEPT.c.snapshot).where(wanted)).all():
        changed(snapshot)
        connection.execute(KEPT.update().where(KEPT.c.id == number).values(snapshot=snapshot))


def _with_rows(snapshot: dict[str, Any]) -> None:
    laws = snapshot.setdefault("links", {}).pop("laws", ())
    snapshot.setdefault("parts", {})["laws"] = [
        {"id": None, "values": {"law_id": law, "section": None}, "names": {"law": name}, "links": {}, "parts": {}}
        for law, name in laws
    ]


def _with_links(snapshot: dict[str, Any]) -> None:
    laws = snapshot.setdefault("parts", {}).pop("laws", ())
    named = {law["values"]["law_id"]: law["names"].get("law", "") for law in laws}
    snapshot.setdefault("links", {})["laws"] = [[law, name] for law, name in named.items()]
