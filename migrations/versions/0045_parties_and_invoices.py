"""Parties, runs of charges with their invoices, and what a charge may be beside the prices."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = depends_on = None

def upgrade() -> None:
    op.create_table('charge_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('corrects_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('documents', sa.Integer(), nullable=False),
    sa.Column('total_ore', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_by', sa.String(length=200), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('issued_by', sa.String(length=200), nullable=False),
    sa.CheckConstraint("state = 'draft' or approved_by_id is not null", name=op.f('ck_charge_run_approved')),
    sa.CheckConstraint("state in ('draft', 'approved', 'issued')", name=op.f('ck_charge_run_state')),
    sa.CheckConstraint('approved_by_id is null or approved_by_id <> made_by_id', name=op.f('ck_charge_run_two_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charge_run')),
    sa.UniqueConstraint('corrects_id', name=op.f('uq_charge_run_corrects_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('charge_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charge_run_state_id'), ['state', 'id'], unique=False)
        batch_op.create_index('uq_charge_run_open', ['year'], unique=True, sqlite_where=sa.text("state <> 'issued' AND corrects_id IS NULL"), postgresql_where=sa.text("state <> 'issued' AND corrects_id IS NULL"))

    op.create_table('invoice_series',
    sa.Column('organisation_number', sa.String(length=9), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('organisation_number', name=op.f('pk_invoice_series')),
    sqlite_autoincrement=True
    )
    op.create_table('invoice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('nature', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('credits_id', sa.Integer(), nullable=True),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('credits_number', sa.Integer(), nullable=True),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('kid', sa.String(length=25), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('buyer_name', sa.String(length=200), nullable=False),
    sa.Column('buyer_code', sa.String(length=4), nullable=False),
    sa.Column('buyer_organisation_number', sa.String(length=9), nullable=False),
    sa.Column('buyer_address', sa.String(length=200), nullable=False),
    sa.Column('buyer_postcode', sa.String(length=4), nullable=False),
    sa.Column('buyer_city', sa.String(length=100), nullable=False),
    sa.Column('buyer_country', sa.String(length=2), nullable=False),
    sa.Column('buyer_reference', sa.String(length=100), nullable=False),
    sa.Column('seller_name', sa.String(length=200), nullable=False),
    sa.Column('seller_organisation_number', sa.String(length=9), nullable=False),
    sa.Column('seller_address', sa.String(length=200), nullable=False),
    sa.Column('seller_postcode', sa.String(length=4), nullable=False),
    sa.Column('seller_city', sa.String(length=100), nullable=False),
    sa.Column('seller_country', sa.String(length=2), nullable=False),
    sa.Column('seller_email', sa.String(length=200), nullable=False),
    sa.Column('seller_account', sa.String(length=11), nullable=False),
    sa.Column('seller_cooperation', sa.String(length=500), nullable=False),
    sa.Column('vat_category', sa.String(length=2), nullable=False),
    sa.Column('vat_percent', sa.Integer(), nullable=False),
    sa.Column('vat_reason', sa.String(length=200), nullable=False),
    sa.Column('net_ore', sa.BigInteger(), nullable=False),
    sa.Column('vat_ore', sa.BigInteger(), nullable=False),
    sa.Column('gross_ore', sa.BigInteger(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("(nature = 'credit_note') = (credits_id is not null)", name=op.f('ck_invoice_credits')),
    sa.CheckConstraint('gross_ore = net_ore + vat_ore and net_ore >= 0', name=op.f('ck_invoice_sum')),
    sa.ForeignKeyConstraint(['municipality_id', 'credits_id'], ['invoice.municipality_id', 'invoice.id'], name='fk_invoice_credits_id'),
    sa.ForeignKeyConstraint(['municipality_id', 'replaces_id'], ['invoice.municipality_id', 'invoice.id'], name='fk_invoice_replaces_id'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_invoice_municipality_id')),
    sa.ForeignKeyConstraint(['run_id'], ['charge_run.id'], name=op.f('fk_invoice_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('credits_id', name=op.f('uq_invoice_credits_id')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_invoice_municipality_id_id')),
    sa.UniqueConstraint('replaces_id', name=op.f('uq_invoice_replaces_id')),
    sa.UniqueConstraint('seller_organisation_number', 'number', name=op.f('uq_invoice_seller_organisation_number_number')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invoice_municipality_id_year_quarter'), ['municipality_id', 'year', 'quarter'], unique=False)
        batch_op.create_index(batch_op.f('ix_invoice_run_id'), ['run_id'], unique=False)
        batch_op.create_index('uq_invoice_first', ['municipality_id', 'year', 'quarter'], unique=True, sqlite_where=sa.text("nature = 'invoice' AND replaces_id IS NULL"), postgresql_where=sa.text("nature = 'invoice' AND replaces_id IS NULL"))

    op.create_table('party',
    sa.Column('name', sa.String(length=200), nullable=False, comment='Navn'),
    sa.Column('role', sa.String(length=40), nullable=False, comment='Rolle'),
    sa.Column('organisation_number', sa.String(length=9), nullable=True, comment='Organisasjonsnummer'),
    sa.Column('valid_from', sa.Date(), nullable=False, comment='Gjelder fra'),
    sa.Column('valid_to', sa.Date(), nullable=True, comment='Gjelder til'),
    sa.Column('postal_address', sa.String(length=200), nullable=True, comment='Postadresse'),
    sa.Column('postcode', sa.String(length=4), nullable=True, comment='Postnummer'),
    sa.Column('city', sa.String(length=100), nullable=True, comment='Poststed'),
    sa.Column('email', sa.String(length=200), nullable=True, comment='E-post'),
    sa.Column('share', sa.Integer(), nullable=True, comment='Eierandel'),
    sa.Column('votes', sa.Integer(), nullable=True, comment='Stemmer'),
    sa.Column('vat', sa.String(length=40), nullable=True, comment='Merverdiavgift'),
    sa.Column('vat_reason', sa.String(length=200), nullable=True, comment='Hjemmel når det ikke er avgift'),
    sa.Column('account', sa.String(length=20), nullable=True, comment='Kontonummer'),
    sa.Column('kid', sa.String(length=40), nullable=True, comment='Kontrollsiffer i KID'),
    sa.Column('payment_days', sa.Integer(), nullable=True, comment='Betalingsfrist'),
    sa.Column('cooperation', sa.String(length=500), nullable=True, comment='Samarbeidsform'),
    sa.Column('note', sa.String(length=500), nullable=True, comment='Merknad'),
    sa.Column('supplier_id', sa.Integer(), nullable=True, comment='Leverandør'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('search_text', sa.String(), nullable=False),
    sa.Column('sort_key', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.CheckConstraint('share is null or share between 0 and 10000', name=op.f('ck_party_share')),
    sa.CheckConstraint('valid_to is null or valid_from < valid_to', name=op.f('ck_party_period')),
    sa.ForeignKeyConstraint(['supplier_id'], ['supplier.id'], name=op.f('fk_party_supplier_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_party')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_party_sort_key_id'), ['sort_key', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_party_supplier_id'), ['supplier_id'], unique=False)

    op.create_table('invoice_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invoice_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('months', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=3), nullable=False),
    sa.Column('price_ore', sa.BigInteger(), nullable=False),
    sa.Column('amount_ore', sa.BigInteger(), nullable=False),
    sa.Column('price_from', sa.Date(), nullable=True),
    sa.Column('inhabitants', sa.Integer(), nullable=True),
    sa.Column('counted_on', sa.Date(), nullable=True),
    sa.Column('counted_by', sa.String(length=200), nullable=False),
    sa.Column('formula', sa.String(length=300), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('municipality_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('amount_ore >= 0 and price_ore >= 0', name=op.f('ck_invoice_line_not_negative')),
    sa.ForeignKeyConstraint(['municipality_id', 'invoice_id'], ['invoice.municipality_id', 'invoice.id'], name='fk_invoice_line_invoice'),
    sa.ForeignKeyConstraint(['municipality_id'], ['municipality.id'], name=op.f('fk_invoice_line_municipality_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice_line')),
    sa.UniqueConstraint('invoice_id', 'place', name=op.f('uq_invoice_line_invoice_id_place')),
    sa.UniqueConstraint('municipality_id', 'id', name=op.f('uq_invoice_line_municipality_id_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invoice_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invoice_line_municipality_id_invoice_id'), ['municipality_id', 'invoice_id'], unique=False)

    # What is given back lies below nought; what no price says may happen often in a year.
    with op.batch_alter_table('charge', table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        if op.get_bind().dialect.name == 'postgresql':  # SQLite's copy of a table carries no check along
            batch_op.drop_constraint(batch_op.f('ck_charge_not_negative'), type_='check')
        batch_op.drop_constraint(batch_op.f('uq_charge_municipality_id_year_nature'), type_='unique')
        batch_op.create_check_constraint(batch_op.f('ck_charge_not_negative'), "amount_ore >= 0 or nature in ('credit', 'settlement')")
        batch_op.create_index('uq_charge_by_price', ['municipality_id', 'year', 'nature'], unique=True, sqlite_where=sa.text("nature IN ('connection', 'fixed', 'inhabitant')"), postgresql_where=sa.text("nature IN ('connection', 'fixed', 'inhabitant')"))

    with op.batch_alter_table('municipality', schema=None) as batch_op:
        batch_op.add_column(sa.Column('invoice_reference', sa.String(length=100), nullable=True, comment='Fakturareferanse'))

    with op.batch_alter_table('succession', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waives_fee', sa.Boolean(), server_default='0', nullable=False, comment='Tilkoblingsavgiften kreves ikke på nytt'))

def downgrade() -> None:
    with op.batch_alter_table('succession', schema=None) as batch_op:
        batch_op.drop_column('waives_fee')

    with op.batch_alter_table('municipality', schema=None) as batch_op:
        batch_op.drop_column('invoice_reference')

    with op.batch_alter_table('charge', table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_index('uq_charge_by_price', sqlite_where=sa.text("nature IN ('connection', 'fixed', 'inhabitant')"), postgresql_where=sa.text("nature IN ('connection', 'fixed', 'inhabitant')"))
        batch_op.create_unique_constraint(batch_op.f('uq_charge_municipality_id_year_nature'), ['municipality_id', 'year', 'nature'])

    with op.batch_alter_table('invoice_line', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invoice_line_municipality_id_invoice_id'))

    op.drop_table('invoice_line')
    with op.batch_alter_table('party', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_party_supplier_id'))
        batch_op.drop_index(batch_op.f('ix_party_sort_key_id'))

    op.drop_table('party')
    with op.batch_alter_table('invoice', schema=None) as batch_op:
        batch_op.drop_index('uq_invoice_first', sqlite_where=sa.text("nature = 'invoice' AND replaces_id IS NULL"), postgresql_where=sa.text("nature = 'invoice' AND replaces_id IS NULL"))
        batch_op.drop_index(batch_op.f('ix_invoice_run_id'))
        batch_op.drop_index(batch_op.f('ix_invoice_municipality_id_year_quarter'))

    op.drop_table('invoice')
    op.drop_table('invoice_series')
    with op.batch_alter_table('charge_run', schema=None) as batch_op:
        batch_op.drop_index('uq_charge_run_open', sqlite_where=sa.text("state <> 'issued' AND corrects_id IS NULL"), postgresql_where=sa.text("state <> 'issued' AND corrects_id IS NULL"))
        batch_op.drop_index(batch_op.f('ix_charge_run_state_id'))

    op.drop_table('charge_run')
