"""AI systems, purposes with a ground each, disclosures, several who answer for a system, licences, modules, what a platform
runs on, who may write through an integration, and the processor that transfers.
"""

from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op


revision = "0033"
down_revision = "0032"
branch_labels = depends_on = None


@contextmanager
def _changed(table):
    """A table that SQLite copies to give it a foreign key: the ids that have been used stay used."""
    connection, named = op.get_bind(), {"name": table}
    is_copied = connection.dialect.name == "sqlite"
    find = sa.text("select seq from sqlite_sequence where name = :name")
    last = connection.execute(find, named).scalar() if is_copied else None
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        yield batch_op
    if last is not None:
        connection.execute(sa.text("delete from sqlite_sequence where name = :name"), named)
        connection.execute(sa.text("insert into sqlite_sequence (name, seq) values (:name, :seq)"), named | {"seq": last})


def upgrade() -> None:
    op.create_table('activity_disclosure',
    sa.Column('recipient', sa.String(length=200), nullable=False, comment='Mottaker'),
    sa.Column('purpose', sa.String(length=500), nullable=True, comment='Mottakerens formål'),
    sa.Column('section', sa.String(length=100), nullable=True, comment='Paragraf'),
    sa.Column('secrecy', sa.String(length=40), nullable=False, comment='Taushetsplikt vurdert'),
    sa.Column('secrecy_note', sa.String(length=500), nullable=True, comment='Om taushetsplikten'),
    sa.Column('archive_case', sa.String(length=60), nullable=True, comment='Arkivsak'),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('law_id', sa.Integer(), nullable=True, comment='Lov'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['law_id'], ['law.id'], name=op.f('fk_activity_disclosure_law_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'parent_id'], ['processing_activity.municipality_id', 'processing_activity.id'], name='fk_activity_disclosure_parent'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_activity_disclosure_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_disclosure')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_activity_disclosure_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('activity_disclosure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_disclosure_law_id'), ['law_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_disclosure_municipality_id_parent_id'), ['municipality_id', 'parent_id'], unique=False)

    op.create_table('activity_purpose',
    sa.Column('purpose', sa.String(length=500), nullable=False, comment='Formål'),
    sa.Column('section', sa.String(length=100), nullable=True, comment='Paragraf'),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('article6_id', sa.Integer(), nullable=True, comment='Grunnlag art. 6'),
    sa.Column('article9_id', sa.Integer(), nullable=True, comment='Grunnlag art. 9'),
    sa.Column('law_id', sa.Integer(), nullable=True, comment='Lov'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['article6_id'], ['article6.id'], name=op.f('fk_activity_purpose_article6_id')),
    sa.ForeignKeyConstraint(['article9_id'], ['article9.id'], name=op.f('fk_activity_purpose_article9_id')),
    sa.ForeignKeyConstraint(['law_id'], ['law.id'], name=op.f('fk_activity_purpose_law_id')),
    sa.ForeignKeyConstraint(['municipality_id', 'parent_id'], ['processing_activity.municipality_id', 'processing_activity.id'], name='fk_activity_purpose_parent'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_activity_purpose_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_purpose')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_activity_purpose_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('activity_purpose', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_purpose_article6_id'), ['article6_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_purpose_article9_id'), ['article9_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_purpose_law_id'), ['law_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_activity_purpose_municipality_id_parent_id'), ['municipality_id', 'parent_id'], unique=False)

    op.create_table('ai_system',
    sa.Column('name', sa.String(length=200), nullable=False, comment='Navn'),
    sa.Column('purpose', sa.String(length=2000), nullable=True, comment='Formål'),
    sa.Column('role', sa.String(length=40), nullable=True, comment='Kommunens rolle'),
    sa.Column('status', sa.String(length=40), nullable=False, comment='Status'),
    sa.Column('in_use_from', sa.Date(), nullable=True, comment='I bruk fra'),
    sa.Column('retires', sa.Date(), nullable=True, comment='Planlagt utfaset'),
    sa.Column('method', sa.String(length=2000), nullable=True, comment='Metode'),
    sa.Column('data_used', sa.String(length=2000), nullable=True, comment='Data'),
    sa.Column('trained_here', sa.String(length=40), nullable=False, comment='Lærer av kommunens opplysninger'),
    sa.Column('human_control', sa.String(length=40), nullable=True, comment='Menneskelig kontroll'),
    sa.Column('control', sa.String(length=2000), nullable=True, comment='Hvordan det kontrolleres'),
    sa.Column('affected', sa.String(length=300), nullable=True, comment='Hvem det gjelder'),
    sa.Column('impact', sa.String(length=2000), nullable=True, comment='Følger for dem'),
    sa.Column('informed', sa.String(length=40), nullable=False, comment='Får folk vite det?'),
    sa.Column('complaint', sa.String(length=500), nullable=True, comment='Klage'),
    sa.Column('risk_class', sa.String(length=40), nullable=True, comment='Risikoklasse'),
    sa.Column('risk_reason', sa.String(length=2000), nullable=True, comment='Hvorfor den klassen'),
    sa.Column('rights_assessed', sa.String(length=40), nullable=False, comment='Grunnleggende rettigheter vurdert'),
    sa.Column('registration', sa.String(length=100), nullable=True, comment='Registreringsnummer'),
    sa.Column('tried_on', sa.Date(), nullable=True, comment='Sist prøvd'),
    sa.Column('trial', sa.String(length=2000), nullable=True, comment='Hva prøven viste'),
    sa.Column('confirmed', sa.Date(), nullable=True, comment='Sist bekreftet'),
    sa.Column('review_due', sa.Date(), nullable=True, comment='Neste revisjon'),
    sa.Column('notes', sa.String(length=4000), nullable=True, comment='Merknader'),
    sa.Column('waived', sa.Text(), nullable=True, comment='Ikke relevant'),
    sa.Column('application_id', sa.Integer(), nullable=True, comment='Applikasjon'),
    sa.Column('unit_id', sa.Integer(), nullable=True, comment='Enhet'),
    sa.Column('owner_id', sa.Integer(), nullable=True, comment='Eier'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('search_text', sa.String(), nullable=False),
    sa.Column('sort_key', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'application_id'], ['application.municipality_id', 'application.id'], name='fk_ai_system_application'),
    sa.ForeignKeyConstraint(['municipality_id', 'owner_id'], ['contact_person.municipality_id', 'contact_person.id'], name='fk_ai_system_owner'),
    sa.ForeignKeyConstraint(['municipality_id', 'unit_id'], ['organisational_unit.municipality_id', 'organisational_unit.id'], name='fk_ai_system_unit'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_ai_system_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ai_system')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_ai_system_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('ai_system', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ai_system_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ai_system_municipality_id_sort_key_id'), ['municipality_id', 'sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ai_system_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ai_system_sort_key_id'), ['sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ai_system_unit_id'), ['unit_id'], unique=False)

    op.create_table('application_measures',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.Column('security_measure_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'application_id'], ['application.municipality_id', 'application.id'], name='fk_application_measures_application_id'),
    sa.ForeignKeyConstraint(['security_measure_id'], ['security_measure.id'], name='fk_application_measures_security_measure_id'),
    sa.PrimaryKeyConstraint('application_id', 'security_measure_id', name=op.f('pk_application_measures'))
    )
    with op.batch_alter_table('application_measures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_measures_security_measure_id'), ['security_measure_id'], unique=False)

    op.create_table('application_person',
    sa.Column('role', sa.String(length=40), nullable=False, comment='Rolle'),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False, comment='Person'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'parent_id'], ['application.municipality_id', 'application.id'], name='fk_application_person_parent'),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['contact_person.municipality_id', 'contact_person.id'], name='fk_application_person_person'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_application_person_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_person')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_application_person_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('application_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_person_municipality_id_parent_id'), ['municipality_id', 'parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_person_person_id'), ['person_id'], unique=False)

    op.create_table('ai_system_activities',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('ai_system_id', sa.Integer(), nullable=False),
    sa.Column('processing_activity_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'ai_system_id'], ['ai_system.municipality_id', 'ai_system.id'], name='fk_ai_system_activities_ai_system_id'),
    sa.ForeignKeyConstraint(['municipality_id', 'processing_activity_id'], ['processing_activity.municipality_id', 'processing_activity.id'], name='fk_ai_system_activities_processing_activity_id'),
    sa.PrimaryKeyConstraint('ai_system_id', 'processing_activity_id', name=op.f('pk_ai_system_activities'))
    )
    with op.batch_alter_table('ai_system_activities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ai_system_activities_processing_activity_id'), ['processing_activity_id'], unique=False)

    with _changed('activity_transfer') as batch_op:
        batch_op.add_column(sa.Column('supplier_id', sa.Integer(), nullable=True, comment='Databehandler'))
        batch_op.create_index(batch_op.f('ix_activity_transfer_supplier_id'), ['supplier_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_activity_transfer_supplier_id'), 'supplier', ['supplier_id'], ['id'])

    with _changed('application') as batch_op:
        batch_op.add_column(sa.Column('logged', sa.String(length=300), nullable=True, comment='Logg'))
        batch_op.add_column(sa.Column('licence_kind', sa.String(length=40), nullable=True, comment='Lisenstype'))
        batch_op.add_column(sa.Column('licence_count', sa.Integer(), nullable=True, comment='Antall lisenser'))
        batch_op.add_column(sa.Column('licence_renewal', sa.Date(), nullable=True, comment='Lisensen fornyes'))
        batch_op.add_column(sa.Column('part_of_id', sa.Integer(), nullable=True, comment='Del av'))
        batch_op.create_index(batch_op.f('ix_application_part_of_id'), ['part_of_id'], unique=False)
        batch_op.create_foreign_key('fk_application_part_of', 'application', ['municipality_id', 'part_of_id'], ['municipality_id', 'id'])

    with op.batch_alter_table('integration', schema=None) as batch_op:
        batch_op.add_column(sa.Column('access_mode', sa.String(length=40), nullable=True, comment='Tilgang'))

    with _changed('platform') as batch_op:
        batch_op.add_column(sa.Column('runs_on_id', sa.Integer(), nullable=True, comment='Kjører på'))
        batch_op.create_index(batch_op.f('ix_platform_runs_on_id'), ['runs_on_id'], unique=False)
        batch_op.create_foreign_key('fk_platform_runs_on', 'platform', ['municipality_id', 'runs_on_id'], ['municipality_id', 'id'])



def downgrade() -> None:
    with _changed('platform') as batch_op:
        batch_op.drop_constraint('fk_platform_runs_on', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_platform_runs_on_id'))
        batch_op.drop_column('runs_on_id')

    with op.batch_alter_table('integration', schema=None) as batch_op:
        batch_op.drop_column('access_mode')

    with _changed('application') as batch_op:
        batch_op.drop_constraint('fk_application_part_of', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_application_part_of_id'))
        batch_op.drop_column('part_of_id')
        batch_op.drop_column('licence_renewal')
        batch_op.drop_column('licence_count')
        batch_op.drop_column('licence_kind')
        batch_op.drop_column('logged')

    with _changed('activity_transfer') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_activity_transfer_supplier_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_activity_transfer_supplier_id'))
        batch_op.drop_column('supplier_id')

    with op.batch_alter_table('ai_system_activities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ai_system_activities_processing_activity_id'))

    op.drop_table('ai_system_activities')
    with op.batch_alter_table('application_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_person_person_id'))
        batch_op.drop_index(batch_op.f('ix_application_person_municipality_id_parent_id'))

    op.drop_table('application_person')
    with op.batch_alter_table('application_measures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_application_measures_security_measure_id'))

    op.drop_table('application_measures')
    with op.batch_alter_table('ai_system', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ai_system_unit_id'))
        batch_op.drop_index(batch_op.f('ix_ai_system_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_ai_system_owner_id'))
        batch_op.drop_index(batch_op.f('ix_ai_system_municipality_id_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_ai_system_application_id'))

    op.drop_table('ai_system')
    with op.batch_alter_table('activity_purpose', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_activity_purpose_municipality_id_parent_id'))
        batch_op.drop_index(batch_op.f('ix_activity_purpose_law_id'))
        batch_op.drop_index(batch_op.f('ix_activity_purpose_article9_id'))
        batch_op.drop_index(batch_op.f('ix_activity_purpose_article6_id'))

    op.drop_table('activity_purpose')
    with op.batch_alter_table('activity_disclosure', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_activity_disclosure_municipality_id_parent_id'))
        batch_op.drop_index(batch_op.f('ix_activity_disclosure_law_id'))

    op.drop_table('activity_disclosure')
