"""Lay all tables of the main job"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None


def upgrade() -> None:

    op.create_table('category',
    sa.Column('code', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_category'))
    )
    op.create_table('clock_policy',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rules', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock_policy')),
    sa.UniqueConstraint('version', name=op.f('uq_clock_policy_version'))
    )
    op.create_table('contact',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('phone_index', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact'))
    )
    op.create_index(op.f('ix_contact_phone_index'), 'contact', ['phone_index'], unique=False)
    op.create_table('department_type',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('support_duty', sa.String(), nullable=True),
    sa.Column('support_duty_en', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_department_type'))
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('idempotency_key',
    sa.Column('caller', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('caller', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index('ix_idempotency_key_created_at', 'idempotency_key', ['created_at'], unique=False)
    op.create_table('one_time_code',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('phone_index', sa.LargeBinary(), nullable=False),
    sa.Column('code_index', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_one_time_code'))
    )
    op.create_index(op.f('ix_one_time_code_phone_index'), 'one_time_code', ['phone_index'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('home_organisation', sa.String(), nullable=True),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('code', name=op.f('uq_person_code'))
    )
    op.create_table('rate_counter',
    sa.Column('bucket', sa.String(), nullable=False),
    sa.Column('window_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hits', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('bucket', 'window_at', name=op.f('pk_rate_counter')),
    prefixes=['UNLOGGED']
    )
    op.create_geospatial_table('street',
    sa.Column('code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=True),
    sa.Column('timezone', sa.String(), server_default='Asia/Shanghai', nullable=False),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('takes_unlocated', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('boundary', Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_street'))
    )
    op.create_table('text_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('phone_cipher', sa.LargeBinary(), nullable=False),
    sa.Column('text_cipher', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_text_message'))
    )
    op.create_table('trail_seal',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_seal'))
    )
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('username', sa.String(), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.Column('totp_cipher', sa.LargeBinary(), nullable=True),
    sa.Column('failed_logins', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_index(op.f('ix_account_person_id'), 'account', ['person_id'], unique=False)
    op.create_table('calendar_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('street_code', sa.String(length=24, collation='C'), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('periods', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('rest_weekdays', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('known_until', sa.Date(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['street_code'], ['street.code'], name=op.f('fk_calendar_version_street_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_version')),
    sa.UniqueConstraint('street_code', 'version', name=op.f('uq_calendar_version_street_code_version'), postgresql_nulls_not_distinct=True)
    )
    op.create_index('uq_calendar_version_current', 'calendar_version', ['street_code'], unique=True, postgresql_where=sa.text('valid_to IS NULL'), postgresql_nulls_not_distinct=True)
    op.create_table('category_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('class_code', sa.String(), nullable=False),
    sa.Column('class_name', sa.String(), nullable=False),
    sa.Column('class_name_en', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=False),
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('urgency', sa.String(), nullable=False),
    sa.Column('track', sa.String(), nullable=False),
    sa.Column('check_mode', sa.String(), nullable=False),
    sa.Column('emergency', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('never_public', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('accuses_person', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('protect_reporter', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('self_handle_allowed', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('hot_issue_watch', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('legal_basis', sa.String(), nullable=True),
    sa.Column('questions', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['code'], ['category.code'], name=op.f('fk_category_version_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_version')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_category_version_code_version'))
    )
    op.create_index('uq_category_version_current', 'category_version', ['code'], unique=True, postgresql_where=sa.text('valid_to IS NULL'))
    op.create_geospatial_table('community',
    sa.Column('code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('street_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('boundary', Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=True),
    sa.Column('kind', sa.String(), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.Column('population', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['street_code'], ['street.code'], name=op.f('fk_community_street_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_community'))
    )
    op.create_index(op.f('ix_community_street_code'), 'community', ['street_code'], unique=False)
    op.create_table('department',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('type_code', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=True),
    sa.Column('phone', sa.String(), nullable=True),
    sa.Column('duty_phone', sa.String(), nullable=True),
    sa.Column('has_login', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['type_code'], ['department_type.code'], name=op.f('fk_department_type_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department')),
    sa.UniqueConstraint('code', name=op.f('uq_department_code'))
    )
    op.create_index(op.f('ix_department_type_code'), 'department', ['type_code'], unique=False)
    op.create_table('duty_rule',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('category_code', sa.String(), nullable=False),
    sa.Column('area_prefix', sa.String(length=24, collation='C'), nullable=True),
    sa.Column('community_kind', sa.String(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('lead_type', sa.String(), nullable=False),
    sa.Column('coordinate_type', sa.String(), nullable=False),
    sa.Column('supports', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_to', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['category_code'], ['category.code'], name=op.f('fk_duty_rule_category_code')),
    sa.ForeignKeyConstraint(['coordinate_type'], ['department_type.code'], name=op.f('fk_duty_rule_coordinate_type')),
    sa.ForeignKeyConstraint(['lead_type'], ['department_type.code'], name=op.f('fk_duty_rule_lead_type')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_rule'))
    )
    op.create_index('uq_duty_rule_current', 'duty_rule', ['category_code', 'area_prefix', 'community_kind'], unique=True, postgresql_where=sa.text('valid_to IS NULL'), postgresql_nulls_not_distinct=True)
    op.create_table('grid',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('street_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['street_code'], ['street.code'], name=op.f('fk_grid_street_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grid')),
    sa.UniqueConstraint('street_code', 'version', name=op.f('uq_grid_street_code_version'))
    )
    op.create_index('uq_grid_active', 'grid', ['street_code'], unique=True, postgresql_where=sa.text("status = 'active'"))
    op.create_table('calendar_day',
    sa.Column('calendar_version_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['calendar_version_id'], ['calendar_version.id'], name=op.f('fk_calendar_day_calendar_version_id')),
    sa.PrimaryKeyConstraint('calendar_version_id', 'day', name=op.f('pk_calendar_day'))
    )
    op.create_geospatial_table('cell',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('grid_id', sa.BigInteger(), nullable=False),
    sa.Column('community_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('lineage', sa.UUID(), nullable=False),
    sa.Column('boundary', Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('name_en', sa.String(), nullable=True),
    sa.Column('households', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['community_code'], ['community.code'], name=op.f('fk_cell_community_code')),
    sa.ForeignKeyConstraint(['grid_id'], ['grid.id'], name=op.f('fk_cell_grid_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cell')),
    sa.UniqueConstraint('grid_id', 'code', name=op.f('uq_cell_grid_id_code'))
    )
    op.create_index('ix_cell_code', 'cell', ['code'], unique=False)
    op.create_index(op.f('ix_cell_community_code'), 'cell', ['community_code'], unique=False)
    op.create_index(op.f('ix_cell_lineage'), 'cell', ['lineage'], unique=False)
    op.create_table('filing_condition',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('category_version_id', sa.BigInteger(), nullable=False),
    sa.Column('condition_no', sa.Integer(), nullable=False),
    sa.Column('filing', sa.String(), nullable=False),
    sa.Column('closing', sa.String(), nullable=True),
    sa.Column('limit_value', sa.Numeric(precision=8, scale=2), nullable=False),
    sa.Column('limit_unit', sa.String(), nullable=False),
    sa.Column('extra', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['category_version_id'], ['category_version.id'], name=op.f('fk_filing_condition_category_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filing_condition')),
    sa.UniqueConstraint('category_version_id', 'condition_no', name=op.f('uq_filing_condition_category_version_id_condition_no'))
    )
    op.create_table('login_session',
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('csrf', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_by', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_login_session_account_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_login_session'))
    )
    op.create_index(op.f('ix_login_session_account_id'), 'login_session', ['account_id'], unique=False)
    op.create_index('ix_login_session_expires_by', 'login_session', ['expires_by'], unique=False)
    op.create_table('photo',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('mime', sa.String(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('thumbnail', sa.LargeBinary(), nullable=False),
    sa.Column('uploaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('uploaded_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['uploaded_by'], ['account.id'], name=op.f('fk_photo_uploaded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_photo'))
    )
    op.create_geospatial_table('place',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('aliases', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('community_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('cell_lineage', sa.UUID(), nullable=True),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('households', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('boundary', Geometry(geometry_type='MULTIPOLYGON', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.ForeignKeyConstraint(['community_code'], ['community.code'], name=op.f('fk_place_community_code')),
    sa.ForeignKeyConstraint(['parent_id'], ['place.id'], name=op.f('fk_place_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_place')),
    sa.UniqueConstraint('code', name=op.f('uq_place_code'))
    )
    op.create_index(op.f('ix_place_cell_lineage'), 'place', ['cell_lineage'], unique=False)
    op.create_index(op.f('ix_place_community_code'), 'place', ['community_code'], unique=False)
    op.create_index(op.f('ix_place_parent_id'), 'place', ['parent_id'], unique=False)
    op.create_table('role_grant',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_role_grant_account_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_role_grant_department_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('account_id', 'role', 'area_code', 'department_id', name=op.f('uq_role_grant_account_id_role_area_code_department_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_role_grant_account_id'), 'role_grant', ['account_id'], unique=False)
    op.create_index(op.f('ix_role_grant_department_id'), 'role_grant', ['department_id'], unique=False)
    op.create_table('jurisdiction',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=False),
    sa.Column('area_prefix', sa.String(length=24, collation='C'), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(area_prefix IS NULL) <> (place_id IS NULL)', name=op.f('ck_jurisdiction_area_or_place')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_jurisdiction_department_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_jurisdiction_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jurisdiction')),
    sa.UniqueConstraint('department_id', 'area_prefix', 'place_id', name=op.f('uq_jurisdiction_department_id_area_prefix_place_id'), postgresql_nulls_not_distinct=True)
    )
    op.create_index(op.f('ix_jurisdiction_area_prefix'), 'jurisdiction', ['area_prefix'], unique=False)
    op.create_index(op.f('ix_jurisdiction_department_id'), 'jurisdiction', ['department_id'], unique=False)
    op.create_index(op.f('ix_jurisdiction_place_id'), 'jurisdiction', ['place_id'], unique=False)
    op.create_table('posting',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(length=24, collation='C'), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.Column('duties', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_posting_person_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_posting_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posting'))
    )
    op.create_index(op.f('ix_posting_area_code'), 'posting', ['area_code'], unique=False)
    op.create_index(op.f('ix_posting_person_id'), 'posting', ['person_id'], unique=False)
    op.create_index(op.f('ix_posting_place_id'), 'posting', ['place_id'], unique=False)
    op.create_geospatial_table('ticket',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('street_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('area_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('cell_id', sa.BigInteger(), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('category_version_id', sa.BigInteger(), nullable=True),
    sa.Column('condition_id', sa.BigInteger(), nullable=True),
    sa.Column('emergency', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('never_public', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('calendar_version_id', sa.BigInteger(), nullable=False),
    sa.Column('policy_id', sa.BigInteger(), nullable=False),
    sa.Column('waiting_reason', sa.String(), nullable=True),
    sa.Column('automatic', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('promised_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('promise_note', sa.String(), nullable=True),
    sa.Column('yellow_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(), nullable=True),
    sa.Column('result_text', sa.String(), nullable=True),
    sa.Column('self_handled', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('lead_id', sa.BigInteger(), nullable=True),
    sa.Column('round_id', sa.BigInteger(), nullable=True),
    sa.Column('handled_by', sa.BigInteger(), nullable=True),
    sa.Column('bounce_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('rework_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('reopen_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('closing_no', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('merged_into', sa.BigInteger(), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('trail_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('trail_head', sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
    sa.CheckConstraint("status IN ('reported','verifying','filed','dispatched','objected','in_progress','suspended','handled','closed','archived','rejected','referred','merged','voided')", name=op.f('ck_ticket_status')),
    sa.ForeignKeyConstraint(['calendar_version_id'], ['calendar_version.id'], name=op.f('fk_ticket_calendar_version_id')),
    sa.ForeignKeyConstraint(['category_version_id'], ['category_version.id'], name=op.f('fk_ticket_category_version_id')),
    sa.ForeignKeyConstraint(['cell_id'], ['cell.id'], name=op.f('fk_ticket_cell_id')),
    sa.ForeignKeyConstraint(['condition_id'], ['filing_condition.id'], name=op.f('fk_ticket_condition_id')),
    sa.ForeignKeyConstraint(['handled_by'], ['account.id'], name=op.f('fk_ticket_handled_by')),
    sa.ForeignKeyConstraint(['lead_id'], ['department.id'], name=op.f('fk_ticket_lead_id')),
    sa.ForeignKeyConstraint(['merged_into'], ['ticket.id'], name=op.f('fk_ticket_merged_into')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_ticket_place_id')),
    sa.ForeignKeyConstraint(['policy_id'], ['clock_policy.id'], name=op.f('fk_ticket_policy_id')),
    sa.ForeignKeyConstraint(['street_code'], ['street.code'], name=op.f('fk_ticket_street_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('number', name=op.f('uq_ticket_number'))
    )
    op.create_index('ix_ticket_area_reported', 'ticket', ['area_code', 'reported_at'], unique=False)
    op.create_index(op.f('ix_ticket_category_version_id'), 'ticket', ['category_version_id'], unique=False)
    op.create_index(op.f('ix_ticket_cell_id'), 'ticket', ['cell_id'], unique=False)
    op.create_index(op.f('ix_ticket_lead_id'), 'ticket', ['lead_id'], unique=False)
    op.create_index(op.f('ix_ticket_merged_into'), 'ticket', ['merged_into'], unique=False)
    op.create_index('ix_ticket_open_area', 'ticket', ['area_code', 'due_by'], unique=False, postgresql_where=sa.text("status NOT IN ('closed','archived','rejected','referred','merged','voided')"))
    op.create_index(op.f('ix_ticket_place_id'), 'ticket', ['place_id'], unique=False)
    op.create_index('ix_ticket_reported_at', 'ticket', ['reported_at'], unique=False)
    op.create_table('alarm',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('area_code', sa.String(length=24, collation='C'), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['settled_by'], ['account.id'], name=op.f('fk_alarm_settled_by')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_alarm_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm'))
    )
    op.create_index(op.f('ix_alarm_area_code'), 'alarm', ['area_code'], unique=False)
    op.create_index(op.f('ix_alarm_ticket_id'), 'alarm', ['ticket_id'], unique=False)
    op.create_index('uq_alarm_open', 'alarm', ['kind', 'subject'], unique=True, postgresql_where=sa.text('settled_at IS NULL'))
    op.create_table('contact_attempt',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('attempted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_attempt_account_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_contact_attempt_department_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_contact_attempt_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_attempt'))
    )
    op.create_index(op.f('ix_contact_attempt_ticket_id'), 'contact_attempt', ['ticket_id'], unique=False)
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('queue', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('available_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('relayed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_outbox_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_undone', 'outbox', ['available_at'], unique=False, postgresql_where=sa.text('done_at IS NULL'))
    op.create_table('remark',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('trail_seq', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('public', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('call_record', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_remark_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remark')),
    sa.UniqueConstraint('ticket_id', 'trail_seq', name=op.f('uq_remark_ticket_id_trail_seq'))
    )
    op.create_geospatial_table('report',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('code_index', sa.LargeBinary(), nullable=False),
    sa.Column('code_cipher', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('visibility', sa.String(), nullable=False),
    sa.Column('locale', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('answers', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('place_id', sa.BigInteger(), nullable=True),
    sa.Column('point', Geometry(geometry_type='POINT', srid=4326, dimension=2, spatial_index=False, from_text='ST_GeomFromEWKT', name='geometry'), nullable=True),
    sa.Column('given_point', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.BigInteger(), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('redacted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('help','consult','complaint','suggestion','tipoff','praise')", name=op.f('ck_report_kind')),
    sa.CheckConstraint("visibility IN ('named','protected','anonymous')", name=op.f('ck_report_visibility')),
    sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_report_contact_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['account.id'], name=op.f('fk_report_entered_by')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_report_place_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_report_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('code_index', name=op.f('uq_report_code_index'))
    )
    op.create_index(op.f('ix_report_contact_id'), 'report', ['contact_id'], unique=False)
    op.create_index(op.f('ix_report_place_id'), 'report', ['place_id'], unique=False)
    op.create_index(op.f('ix_report_ticket_id'), 'report', ['ticket_id'], unique=False)
    op.create_table('round',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('basis', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('duty_rule_id', sa.BigInteger(), nullable=True),
    sa.Column('dispatched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['duty_rule_id'], ['duty_rule.id'], name=op.f('fk_round_duty_rule_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_round_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round')),
    sa.UniqueConstraint('ticket_id', 'no', name=op.f('uq_round_ticket_id_no'))
    )
    op.create_table('security_event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_security_event_account_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_security_event_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_security_event'))
    )
    op.create_index(op.f('ix_security_event_account_id'), 'security_event', ['account_id'], unique=False)
    op.create_index(op.f('ix_security_event_ticket_id'), 'security_event', ['ticket_id'], unique=False)
    op.create_table('trail',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('status_from', sa.String(), nullable=True),
    sa.Column('status_to', sa.String(), nullable=False),
    sa.Column('actor_kind', sa.String(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_role', sa.String(), nullable=True),
    sa.Column('on_behalf_of', sa.BigInteger(), nullable=True),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_trail_account_id')),
    sa.ForeignKeyConstraint(['on_behalf_of'], ['department.id'], name=op.f('fk_trail_on_behalf_of')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_trail_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_trail')),
    sa.UniqueConstraint('ticket_id', 'seq', name=op.f('uq_trail_ticket_id_seq'))
    )
    op.create_table('assignment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('round_id', sa.BigInteger(), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('duty', sa.String(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_by', sa.String(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('original_due_by', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('lead','coordinate','support')", name=op.f('ck_assignment_role')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_assignment_department_id')),
    sa.ForeignKeyConstraint(['round_id'], ['round.id'], name=op.f('fk_assignment_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment')),
    sa.UniqueConstraint('round_id', 'department_id', name=op.f('uq_assignment_round_id_department_id'))
    )
    op.create_index(op.f('ix_assignment_department_id'), 'assignment', ['department_id'], unique=False)
    op.create_index('uq_assignment_coordinate', 'assignment', ['round_id'], unique=True, postgresql_where=sa.text("role = 'coordinate'"))
    op.create_index('uq_assignment_lead', 'assignment', ['round_id'], unique=True, postgresql_where=sa.text("role = 'lead'"))
    op.create_table('dead_letter',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('outbox_id', sa.BigInteger(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('died_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('rerun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('rerun_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_dead_letter_outbox_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dead_letter'))
    )
    op.create_index(op.f('ix_dead_letter_outbox_id'), 'dead_letter', ['outbox_id'], unique=False)
    op.create_table('evidence',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('report_id', sa.BigInteger(), nullable=True),
    sa.Column('photo_id', sa.UUID(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('trail_seq', sa.Integer(), nullable=True),
    sa.Column('public', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['photo_id'], ['photo.id'], name=op.f('fk_evidence_photo_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_evidence_report_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_evidence_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    sa.UniqueConstraint('photo_id', name=op.f('uq_evidence_photo_id'))
    )
    op.create_index(op.f('ix_evidence_report_id'), 'evidence', ['report_id'], unique=False)
    op.create_index(op.f('ix_evidence_ticket_id'), 'evidence', ['ticket_id'], unique=False)
    op.create_table('inbox_message',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('outbox_id', sa.BigInteger(), nullable=True),
    sa.Column('account_id', sa.BigInteger(), nullable=True),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.Column('role', sa.String(), nullable=True),
    sa.Column('area_code', sa.String(length=24, collation='C'), nullable=True),
    sa.Column('ticket_id', sa.BigInteger(), nullable=True),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('facts', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inbox_message_account_id')),
    sa.ForeignKeyConstraint(['department_id'], ['department.id'], name=op.f('fk_inbox_message_department_id')),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_inbox_message_outbox_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_inbox_message_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_message'))
    )
    op.create_index(op.f('ix_inbox_message_account_id'), 'inbox_message', ['account_id'], unique=False)
    op.create_index('ix_inbox_message_department', 'inbox_message', ['department_id', 'at'], unique=False, postgresql_where=sa.text('department_id IS NOT NULL'))
    op.create_index('ix_inbox_message_role', 'inbox_message', ['role', 'area_code', 'at'], unique=False, postgresql_where=sa.text('role IS NOT NULL'))
    op.create_index(op.f('ix_inbox_message_ticket_id'), 'inbox_message', ['ticket_id'], unique=False)
    op.create_index('uq_inbox_message_source', 'inbox_message', ['outbox_id', 'role', 'department_id', 'account_id'], unique=True, postgresql_nulls_not_distinct=True, postgresql_where=sa.text('outbox_id IS NOT NULL'))
    op.create_table('rating',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('report_id', sa.BigInteger(), nullable=False),
    sa.Column('closing_no', sa.Integer(), nullable=False),
    sa.Column('solved', sa.Boolean(), nullable=False),
    sa.Column('satisfaction', sa.SmallInteger(), nullable=True),
    sa.Column('called', sa.Boolean(), nullable=True),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('rated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('taken_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('satisfaction BETWEEN 1 AND 5', name=op.f('ck_rating_satisfaction')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_rating_report_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['account.id'], name=op.f('fk_rating_taken_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('report_id', 'closing_no', name=op.f('uq_rating_report_id_closing_no'))
    )
    op.create_table('upstream_order',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('report_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('external_number', sa.String(), nullable=False),
    sa.Column('external_due_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('secret', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('reply_wanted', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('category_text', sa.String(), nullable=True),
    sa.Column('row', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_upstream_order_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_upstream_order')),
    sa.UniqueConstraint('source', 'external_number', name=op.f('uq_upstream_order_source_external_number'))
    )
    op.create_index('ix_upstream_order_report_id', 'upstream_order', ['report_id'], unique=True)
    op.create_table('clock',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('assignment_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('limit_value', sa.Numeric(precision=10, scale=4), nullable=False),
    sa.Column('limit_unit', sa.String(), nullable=False),
    sa.Column('calendar_version_id', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('yellow_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('original_due_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remaining', sa.Interval(), nullable=True),
    sa.Column('stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revision', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('alerts_fired', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_alert_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_clock_assignment_id')),
    sa.ForeignKeyConstraint(['calendar_version_id'], ['calendar_version.id'], name=op.f('fk_clock_calendar_version_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_clock_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_clock'))
    )
    op.create_index(op.f('ix_clock_assignment_id'), 'clock', ['assignment_id'], unique=False)
    op.create_index('ix_clock_next_alert', 'clock', ['next_alert_at'], unique=False, postgresql_where=sa.text("status = 'running' AND next_alert_at IS NOT NULL"))
    op.create_index('ix_clock_ticket_id', 'clock', ['ticket_id'], unique=False)
    op.create_table('objection',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('assignment_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('reason_code', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('suggested_id', sa.BigInteger(), nullable=True),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ruling', sa.String(), nullable=True),
    sa.Column('ruling_text', sa.String(), nullable=True),
    sa.Column('ruled_by', sa.BigInteger(), nullable=True),
    sa.Column('ruled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_objection_assignment_id')),
    sa.ForeignKeyConstraint(['ruled_by'], ['account.id'], name=op.f('fk_objection_ruled_by')),
    sa.ForeignKeyConstraint(['suggested_id'], ['department.id'], name=op.f('fk_objection_suggested_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_objection_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection'))
    )
    op.create_index(op.f('ix_objection_assignment_id'), 'objection', ['assignment_id'], unique=False)
    op.create_index(op.f('ix_objection_ticket_id'), 'objection', ['ticket_id'], unique=False)
    op.create_table('escalation',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('clock_id', sa.BigInteger(), nullable=False),
    sa.Column('ticket_id', sa.BigInteger(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('addressee', sa.String(), nullable=False),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['clock_id'], ['clock.id'], name=op.f('fk_escalation_clock_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_escalation_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation')),
    sa.UniqueConstraint('clock_id', 'revision', 'level', name=op.f('uq_escalation_clock_id_revision_level'))
    )
    op.create_index(op.f('ix_escalation_ticket_id'), 'escalation', ['ticket_id'], unique=False)
    # Ticket and round point at each other: the second link comes last.
    op.create_foreign_key('fk_ticket_round_id', 'ticket', 'round', ['round_id'], ['id'])


def downgrade() -> None:
    raise RuntimeError("the first migration is not taken back: drop the database instead")
