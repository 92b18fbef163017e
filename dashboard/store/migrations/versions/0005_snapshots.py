"""Snapshots: the archive, pictures of its pages, copies that were handed out, and the queue of what is to be made"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from dashboard.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table('snapshots',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('scope', sa.String(length=300), nullable=False),
    sa.Column('area_code', sa.String(length=18), nullable=False),
    sa.Column('language', sa.String(length=2), nullable=False),
    sa.Column('paper', sa.String(length=2), nullable=False),
    sa.Column('edition', sa.String(length=10), nullable=False),
    sa.Column('case_number', sa.String(length=20), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('made_for', sa.String(length=60), nullable=False),
    sa.Column('origin', sa.String(length=60), nullable=False),
    sa.Column('wish', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('notices', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('replaced', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('renderer', sa.String(length=20), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('pages', sa.BigInteger(), nullable=False),
    sa.Column('pdf', sa.LargeBinary(), nullable=True),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('data_sha256', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('code')
    )
    op.create_index('ix_snapshots_area_at', 'snapshots', ['area_code', 'at'], unique=False)
    op.create_index(op.f('ix_snapshots_case_number'), 'snapshots', ['case_number'], unique=False)
    op.create_index(op.f('ix_snapshots_made_at'), 'snapshots', ['made_at'], unique=False)
    op.create_index(op.f('ix_snapshots_sha256'), 'snapshots', ['sha256'], unique=False)
    op.create_table('snapshot_copies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('snapshot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('issued_to', sa.String(length=60), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('watermark', sa.Text(), nullable=False),
    sa.Column('renderer', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshots.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_snapshot_copies_sha256'), 'snapshot_copies', ['sha256'], unique=False)
    op.create_index(op.f('ix_snapshot_copies_snapshot_id'), 'snapshot_copies', ['snapshot_id'], unique=False)
    op.create_table('snapshot_jobs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('origin', sa.String(length=60), nullable=False),
    sa.Column('asked_by', sa.String(length=60), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('snapshot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('watermark', sa.Text(), nullable=True),
    sa.Column('deliver', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('claimed_by', sa.String(length=100), nullable=True),
    sa.Column('claimed_until', UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('file', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshots.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('key')
    )
    op.create_index(op.f('ix_snapshot_jobs_asked_by'), 'snapshot_jobs', ['asked_by'], unique=False)
    op.create_index(op.f('ix_snapshot_jobs_code'), 'snapshot_jobs', ['code'], unique=False)
    op.create_index('ix_snapshot_jobs_open', 'snapshot_jobs', ['id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_index(op.f('ix_snapshot_jobs_snapshot_id'), 'snapshot_jobs', ['snapshot_id'], unique=False)
    op.create_table('snapshot_pages',
    sa.Column('snapshot_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('image', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['snapshot_id'], ['snapshots.id'], ),
    sa.PrimaryKeyConstraint('snapshot_id', 'number')
    )
