"""A search finds rows by what they point at, and a row is asked who points at it: every reference has an index.

The functions that search on PostgreSQL are made anew after every upgrade (models/tenancy/rowsecurity.py).
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = depends_on = None

REFERENCES = {
    "activity_controller": ["agreement"],
    "activity_processor": ["agreement"],
    "agreement": ["manager", "owner"],
    "application": ["manager", "owner", "platform", "replaced_by", "unit"],
    "contact_person": ["unit"],
    "dataset": ["owner", "unit"],
    "impact_assessment": ["activity", "considered_by", "risk_owner"],
    "integration": ["destination", "owner", "source"],
    "organisational_unit": ["parent_unit"],
    "process": ["owner", "service"],
    "processing_activity": ["responsible", "unit"],
    "risk_assessment": ["activity", "application", "risk_owner", "service"],
    "risk_scenario": ["responsible"],
    "service": ["owner", "unit"],
}


def upgrade() -> None:
    for table, keys in REFERENCES.items():
        for key in keys:
            op.create_index(f"ix_{table}_{key}_id", table, [f"{key}_id"])


def downgrade() -> None:
    for table, keys in REFERENCES.items():
        for key in keys:
            op.drop_index(f"ix_{table}_{key}_id", table)
