"""The first schema"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dashboard.store.types import UtcDateTime

revision = '0001'
down_revision = None


def upgrade() -> None:
    op.create_table('areas',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=18), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('parent', sa.String(length=18), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('households', sa.BigInteger(), nullable=False),
    sa.Column('residents', sa.BigInteger(), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=False),
    sa.Column('geometry', sa.LargeBinary(), nullable=False),
    sa.Column('properties', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code', 'valid_from')
    )
    op.create_index(op.f('ix_areas_area_id'), 'areas', ['area_id'], unique=False)
    op.create_index('ix_areas_level_code', 'areas', ['level', 'code'], unique=False)
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('detail', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_audit_at'), 'audit', ['at'], unique=False)
    op.create_table('case_numbers',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('cases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('is_open', sa.Boolean(), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('severity', sa.String(length=10), nullable=False),
    sa.Column('channel', sa.String(length=30), nullable=False),
    sa.Column('summary', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=150), nullable=False),
    sa.Column('area_code', sa.String(length=18), nullable=False),
    sa.Column('building_id', sa.BigInteger(), nullable=True),
    sa.Column('unlocated', sa.String(length=30), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('cell_east', sa.BigInteger(), nullable=True),
    sa.Column('cell_north', sa.BigInteger(), nullable=True),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('close_level', sa.String(length=12), nullable=True),
    sa.Column('policy', sa.String(length=60), nullable=True),
    sa.Column('report_count', sa.BigInteger(), nullable=False),
    sa.Column('is_mass', sa.Boolean(), nullable=False),
    sa.Column('is_history', sa.Boolean(), nullable=False),
    sa.Column('repeat_of', sa.BigInteger(), nullable=True),
    sa.Column('merged_into', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number')
    )
    op.create_index('ix_cases_area_opened', 'cases', ['area_code', 'opened_at'], unique=False)
    op.create_index('ix_cases_building', 'cases', ['building_id'], unique=False, sqlite_where=sa.text('building_id IS NOT NULL'))
    op.create_index('ix_cases_ended', 'cases', ['ended_at'], unique=False)
    op.create_index('ix_cases_open', 'cases', ['opened_at'], unique=False, sqlite_where=sa.text('is_open IS 1'), postgresql_where=sa.text('is_open IS true'))
    op.create_index('ix_cases_opened', 'cases', ['opened_at'], unique=False)
    op.create_index('ix_cases_unlocated', 'cases', ['opened_at'], unique=False, sqlite_where=sa.text('unlocated IS NOT NULL'), postgresql_where=sa.text('unlocated IS NOT NULL'))
    op.create_table('changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('area_code', sa.String(length=18), nullable=True),
    sa.Column('source', sa.String(length=50), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_changes_at'), 'changes', ['at'], unique=False)
    op.create_table('counts_category',
    sa.Column('area_code', sa.String(length=18), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('category', sa.String(length=60), autoincrement=False, nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('reopened', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('ended', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_grid', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_community', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_subdistrict', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_district', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('area_code', 'day', 'category'),
    sqlite_with_rowid=False
    )
    op.create_table('counts_cell',
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('east', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('north', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('day', 'east', 'north'),
    sqlite_with_rowid=False
    )
    op.create_table('counts_channel',
    sa.Column('area_code', sa.String(length=18), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('channel', sa.String(length=30), autoincrement=False, nullable=False),
    sa.Column('reports', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('area_code', 'day', 'channel'),
    sqlite_with_rowid=False
    )
    op.create_table('counts_day',
    sa.Column('area_code', sa.String(length=18), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('reopened', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('ended', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_grid', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_community', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_subdistrict', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_district', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('area_code', 'day'),
    sqlite_with_rowid=False
    )
    op.create_table('counts_hour',
    sa.Column('area_code', sa.String(length=18), autoincrement=False, nullable=False),
    sa.Column('hour', UtcDateTime(), autoincrement=False, nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('reopened', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('ended', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_grid', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_community', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_subdistrict', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_district', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('area_code', 'hour'),
    sqlite_with_rowid=False
    )
    op.create_table('counts_month',
    sa.Column('area_code', sa.String(length=18), autoincrement=False, nullable=False),
    sa.Column('month', sa.Date(), autoincrement=False, nullable=False),
    sa.Column('received', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('reopened', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('ended', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_grid', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_community', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_subdistrict', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('closed_at_district', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('respond_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('arrive_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('feedback_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_due', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_met_late', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('close_not_required', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('area_code', 'month'),
    sqlite_with_rowid=False
    )
    op.create_table('devices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('scope', sa.String(length=18), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('features',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('layer', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('area_code', sa.String(length=18), nullable=True),
    sa.Column('geometry', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_features_layer'), 'features', ['layer'], unique=False)
    op.create_table('imports',
    sa.Column('file_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('source', sa.String(length=50), nullable=False),
    sa.Column('rows_done', sa.BigInteger(), nullable=False),
    sa.Column('uncounted', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('file_hash')
    )
    op.create_table('leases',
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('holder', sa.String(length=100), nullable=False),
    sa.Column('epoch', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('meta',
    sa.Column('key', sa.String(length=50), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('places',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('area_code', sa.String(length=18), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=False),
    sa.Column('latitude', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_places_area_code'), 'places', ['area_code'], unique=False)
    op.create_index(op.f('ix_places_name'), 'places', ['name'], unique=False)
    op.create_table('policy_versions',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('key')
    )
    op.create_table('posts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('area_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('organisation', sa.String(length=100), nullable=False),
    sa.Column('is_vacant', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_posts_area_id'), 'posts', ['area_id'], unique=False)
    op.create_table('quarantine',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=50), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=30), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('first_fetched_at', UtcDateTime(), nullable=False),
    sa.Column('last_fetched_at', UtcDateTime(), nullable=False),
    sa.Column('times', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('handled_at', UtcDateTime(), nullable=True),
    sa.Column('handled_by', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('source', 'digest')
    )
    op.create_index(op.f('ix_quarantine_status'), 'quarantine', ['status'], unique=False)
    op.create_table('runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=50), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.String(length=10), nullable=False),
    sa.Column('fetched', sa.BigInteger(), nullable=False),
    sa.Column('new', sa.BigInteger(), nullable=False),
    sa.Column('history', sa.BigInteger(), nullable=False),
    sa.Column('changed', sa.BigInteger(), nullable=False),
    sa.Column('duplicate', sa.BigInteger(), nullable=False),
    sa.Column('quarantined', sa.BigInteger(), nullable=False),
    sa.Column('flagged', sa.BigInteger(), nullable=False),
    sa.Column('lag_seconds', sa.Double(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_runs_source_started', 'runs', ['source', 'started_at'], unique=False)
    op.create_table('sign_in_links',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('device_id', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', UtcDateTime(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_table('sources',
    sa.Column('id', sa.String(length=50), nullable=False),
    sa.Column('configured_at', UtcDateTime(), nullable=False),
    sa.Column('start_from', UtcDateTime(), nullable=False),
    sa.Column('cursor', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('is_introduced', sa.Boolean(), nullable=False),
    sa.Column('backlog_accepted', sa.Boolean(), nullable=False),
    sa.Column('awaits_acceptance', sa.Boolean(), nullable=False),
    sa.Column('last_attempt_at', UtcDateTime(), nullable=True),
    sa.Column('last_success_at', UtcDateTime(), nullable=True),
    sa.Column('last_record_at', UtcDateTime(), nullable=True),
    sa.Column('failing_since', UtcDateTime(), nullable=True),
    sa.Column('failures', sa.BigInteger(), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('next_attempt_at', UtcDateTime(), nullable=True),
    sa.Column('warning', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('users',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('scope', sa.String(length=18), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('name')
    )
    op.create_table('clocks',
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('round', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=10), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('target_minutes', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('raw_due_at', UtcDateTime(), nullable=False),
    sa.Column('at_risk_at', UtcDateTime(), nullable=False),
    sa.Column('very_late_at', UtcDateTime(), nullable=False),
    sa.Column('stopped_at', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('pauses', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], ),
    sa.PrimaryKeyConstraint('case_id', 'round', 'name'),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_clocks_due_at'), 'clocks', ['due_at'], unique=False)
    op.create_table('events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_events_case_id'), 'events', ['case_id'], unique=False)
    op.create_index(op.f('ix_events_recorded_at'), 'events', ['recorded_at'], unique=False)
    op.create_table('reports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=50), nullable=False),
    sa.Column('external_id', sa.String(length=200), nullable=False),
    sa.Column('channel', sa.String(length=30), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('category_raw', sa.String(length=200), nullable=True),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.Column('original_point', sa.String(length=100), nullable=True),
    sa.Column('source_at', UtcDateTime(), nullable=True),
    sa.Column('source_time_raw', sa.String(length=100), nullable=True),
    sa.Column('fetched_at', UtcDateTime(), nullable=False),
    sa.Column('accepted_at', UtcDateTime(), nullable=False),
    sa.Column('source_status', sa.String(length=60), nullable=True),
    sa.Column('source_closed_at', UtcDateTime(), nullable=True),
    sa.Column('parent_external_id', sa.String(length=200), nullable=True),
    sa.Column('reporter', sa.String(length=64), nullable=True),
    sa.Column('contact', sa.String(length=100), nullable=True),
    sa.Column('flags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('answer_due_at', UtcDateTime(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('source', 'external_id')
    )
    op.create_index(op.f('ix_reports_case_id'), 'reports', ['case_id'], unique=False)
    op.create_table('report_versions',
    sa.Column('report_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('fetched_at', UtcDateTime(), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['report_id'], ['reports.id'], ),
    sa.PrimaryKeyConstraint('report_id', 'version')
    )


def downgrade() -> None:
    op.drop_table('report_versions')
    op.drop_index(op.f('ix_reports_case_id'), table_name='reports')
    op.drop_table('reports')
    op.drop_index(op.f('ix_events_recorded_at'), table_name='events')
    op.drop_index(op.f('ix_events_case_id'), table_name='events')
    op.drop_table('events')
    op.drop_index(op.f('ix_clocks_due_at'), table_name='clocks')
    op.drop_table('clocks')
    op.drop_table('users')
    op.drop_table('sources')
    op.drop_table('sign_in_links')
    op.drop_index('ix_runs_source_started', table_name='runs')
    op.drop_table('runs')
    op.drop_index(op.f('ix_quarantine_status'), table_name='quarantine')
    op.drop_table('quarantine')
    op.drop_index(op.f('ix_posts_area_id'), table_name='posts')
    op.drop_table('posts')
    op.drop_table('policy_versions')
    op.drop_index(op.f('ix_places_name'), table_name='places')
    op.drop_index(op.f('ix_places_area_code'), table_name='places')
    op.drop_table('places')
    op.drop_table('meta')
    op.drop_table('leases')
    op.drop_table('imports')
    op.drop_index(op.f('ix_features_layer'), table_name='features')
    op.drop_table('features')
    op.drop_table('devices')
    op.drop_table('counts_month')
    op.drop_table('counts_hour')
    op.drop_table('counts_day')
    op.drop_table('counts_channel')
    op.drop_table('counts_cell')
    op.drop_table('counts_category')
    op.drop_index(op.f('ix_changes_at'), table_name='changes')
    op.drop_table('changes')
    op.drop_index('ix_cases_unlocated', table_name='cases', sqlite_where=sa.text('unlocated IS NOT NULL'), postgresql_where=sa.text('unlocated IS NOT NULL'))
    op.drop_index('ix_cases_opened', table_name='cases')
    op.drop_index('ix_cases_open', table_name='cases', sqlite_where=sa.text('is_open IS 1'), postgresql_where=sa.text('is_open IS true'))
    op.drop_index('ix_cases_ended', table_name='cases')
    op.drop_index('ix_cases_building', table_name='cases', sqlite_where=sa.text('building_id IS NOT NULL'))
    op.drop_index('ix_cases_area_opened', table_name='cases')
    op.drop_table('cases')
    op.drop_table('case_numbers')
    op.drop_index(op.f('ix_audit_at'), table_name='audit')
    op.drop_table('audit')
    op.drop_index('ix_areas_level_code', table_name='areas')
    op.drop_index(op.f('ix_areas_area_id'), table_name='areas')
    op.drop_table('areas')
