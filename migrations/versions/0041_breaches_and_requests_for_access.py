"""Personal data breaches with their 72 hours, and requests for access with who is asked."""

import sqlalchemy as sa
from alembic import op


revision = "0041"
down_revision = "0040"
branch_labels = depends_on = None


def upgrade() -> None:
    op.create_table('access_request',
    sa.Column('name', sa.String(length=200), nullable=False, comment='Referanse'),
    sa.Column('status', sa.String(length=40), nullable=False, comment='Status'),
    sa.Column('received', sa.Date(), nullable=False, comment='Mottatt'),
    sa.Column('deadline', sa.Date(), nullable=True, comment='Frist'),
    sa.Column('extended', sa.String(length=40), nullable=False, comment='Fristen er forlenget'),
    sa.Column('extension_reason', sa.String(length=1000), nullable=True, comment='Hvorfor fristen er forlenget'),
    sa.Column('archive_case', sa.String(length=60), nullable=True, comment='Arkivsak'),
    sa.Column('asked_by', sa.String(length=200), nullable=True, comment='Hvem som spør'),
    sa.Column('identified', sa.String(length=40), nullable=False, comment='Vet dere hvem det er?'),
    sa.Column('answered_on', sa.Date(), nullable=True, comment='Besvart dato'),
    sa.Column('refusal', sa.String(length=1000), nullable=True, comment='Hvorfor det er avslått'),
    sa.Column('waived', sa.Text(), nullable=True, comment='Ikke relevant'),
    sa.Column('handler_id', sa.Integer(), nullable=True, comment='Ansvarlig'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('search_text', sa.String(), nullable=False),
    sa.Column('sort_key', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'handler_id'], ['contact_person.municipality_id', 'contact_person.id'], name='fk_access_request_handler'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_access_request_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_request')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_access_request_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_request_handler_id'), ['handler_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_municipality_id_sort_key_id'), ['municipality_id', 'sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_request_sort_key_id'), ['sort_key', 'id'], unique=False)

    op.create_table('breach',
    sa.Column('name', sa.String(length=200), nullable=False, comment='Tittel'),
    sa.Column('status', sa.String(length=40), nullable=False, comment='Status'),
    sa.Column('aware', sa.DateTime(timezone=True), nullable=False, comment='Kommunen ble kjent med det'),
    sa.Column('deadline', sa.DateTime(timezone=True), nullable=True, comment='Frist for å melde'),
    sa.Column('happened', sa.DateTime(timezone=True), nullable=True, comment='Skjedde'),
    sa.Column('nature', sa.String(length=40), nullable=True, comment='Hva slags brudd'),
    sa.Column('event', sa.String(length=4000), nullable=True, comment='Hendelsen'),
    sa.Column('people', sa.Integer(), nullable=True, comment='Antall personer'),
    sa.Column('records', sa.Integer(), nullable=True, comment='Antall registreringer'),
    sa.Column('risk', sa.String(length=40), nullable=True, comment='Risiko for de berørte'),
    sa.Column('consequences', sa.String(length=4000), nullable=True, comment='Følger for de berørte'),
    sa.Column('measures', sa.String(length=4000), nullable=True, comment='Tiltak'),
    sa.Column('notified_at', sa.DateTime(timezone=True), nullable=True, comment='Meldt til Datatilsynet'),
    sa.Column('late_reason', sa.String(length=1000), nullable=True, comment='Hvorfor det ble meldt sent'),
    sa.Column('no_notice', sa.String(length=1000), nullable=True, comment='Hvorfor det ikke er meldt'),
    sa.Column('archive_case', sa.String(length=60), nullable=True, comment='Arkivsak'),
    sa.Column('told', sa.String(length=40), nullable=False, comment='De berørte har fått beskjed'),
    sa.Column('told_on', sa.Date(), nullable=True, comment='Når de fikk beskjed'),
    sa.Column('not_told', sa.String(length=1000), nullable=True, comment='Hvorfor de ikke har fått beskjed'),
    sa.Column('waived', sa.Text(), nullable=True, comment='Ikke relevant'),
    sa.Column('handler_id', sa.Integer(), nullable=True, comment='Ansvarlig'),
    sa.Column('supplier_id', sa.Integer(), nullable=True, comment='Leverandør'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('search_text', sa.String(), nullable=False),
    sa.Column('sort_key', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'handler_id'], ['contact_person.municipality_id', 'contact_person.id'], name='fk_breach_handler'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_breach_municipality_id')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_breach_supplier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_breach')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_breach_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('breach', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_breach_handler_id'), ['handler_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_municipality_id_sort_key_id'), ['municipality_id', 'sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_sort_key_id'), ['sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_breach_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('access_inquiry',
    sa.Column('status', sa.String(length=40), nullable=False, comment='Status'),
    sa.Column('asked_on', sa.Date(), nullable=True, comment='Spurt dato'),
    sa.Column('note', sa.String(length=500), nullable=True, comment='Merknad'),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=True, comment='Applikasjon'),
    sa.Column('person_id', sa.Integer(), nullable=True, comment='Hvem som spørres'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'application_id'], ['application.municipality_id', 'application.id'], name='fk_access_inquiry_application'),
    sa.ForeignKeyConstraint(['municipality_id', 'parent_id'], ['access_request.municipality_id', 'access_request.id'], name='fk_access_inquiry_parent'),
    sa.ForeignKeyConstraint(['municipality_id', 'person_id'], ['contact_person.municipality_id', 'contact_person.id'], name='fk_access_inquiry_person'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_access_inquiry_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_inquiry')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_access_inquiry_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('access_inquiry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_inquiry_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_inquiry_municipality_id_parent_id'), ['municipality_id', 'parent_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_inquiry_person_id'), ['person_id'], unique=False)

    op.create_table('access_request_subjects',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('access_request_id', sa.Integer(), nullable=False),
    sa.Column('data_subject_category_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['data_subject_category_id'], ['data_subject_category.id'], name='fk_access_request_subjects_data_subject_category_id'),
    sa.ForeignKeyConstraint(['municipality_id', 'access_request_id'], ['access_request.municipality_id', 'access_request.id'], name='fk_access_request_subjects_access_request_id'),
    sa.PrimaryKeyConstraint('access_request_id', 'data_subject_category_id', name=op.f('pk_access_request_subjects'))
    )
    with op.batch_alter_table('access_request_subjects', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_request_subjects_data_subject_category_id'), ['data_subject_category_id'], unique=False)

    op.create_table('breach_activities',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('breach_id', sa.Integer(), nullable=False),
    sa.Column('processing_activity_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'breach_id'], ['breach.municipality_id', 'breach.id'], name='fk_breach_activities_breach_id'),
    sa.ForeignKeyConstraint(['municipality_id', 'processing_activity_id'], ['processing_activity.municipality_id', 'processing_activity.id'], name='fk_breach_activities_processing_activity_id'),
    sa.PrimaryKeyConstraint('breach_id', 'processing_activity_id', name=op.f('pk_breach_activities'))
    )
    with op.batch_alter_table('breach_activities', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_breach_activities_processing_activity_id'), ['processing_activity_id'], unique=False)

    op.create_table('breach_applications',
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.Column('breach_id', sa.Integer(), nullable=False),
    sa.Column('application_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['municipality_id', 'application_id'], ['application.municipality_id', 'application.id'], name='fk_breach_applications_application_id'),
    sa.ForeignKeyConstraint(['municipality_id', 'breach_id'], ['breach.municipality_id', 'breach.id'], name='fk_breach_applications_breach_id'),
    sa.PrimaryKeyConstraint('breach_id', 'application_id', name=op.f('pk_breach_applications'))
    )
    with op.batch_alter_table('breach_applications', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_breach_applications_application_id'), ['application_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('breach_applications', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_breach_applications_application_id'))

    op.drop_table('breach_applications')
    with op.batch_alter_table('breach_activities', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_breach_activities_processing_activity_id'))

    op.drop_table('breach_activities')
    with op.batch_alter_table('access_request_subjects', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_request_subjects_data_subject_category_id'))

    op.drop_table('access_request_subjects')
    with op.batch_alter_table('access_inquiry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_inquiry_person_id'))
        batch_op.drop_index(batch_op.f('ix_access_inquiry_municipality_id_parent_id'))
        batch_op.drop_index(batch_op.f('ix_access_inquiry_application_id'))

    op.drop_table('access_inquiry')
    with op.batch_alter_table('breach', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_breach_supplier_id'))
        batch_op.drop_index(batch_op.f('ix_breach_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_breach_municipality_id_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_breach_handler_id'))

    op.drop_table('breach')
    with op.batch_alter_table('access_request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_request_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_access_request_municipality_id_sort_key_id'))
        batch_op.drop_index(batch_op.f('ix_access_request_handler_id'))

    op.drop_table('access_request')
