"""Who it is kept from; indexes, so that a tick costs what is due and not what exists."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

ADDED = (('prompts', 'incident_id'), ('incidents', 'status'), ('participants', 'person_id'))
REPLACED = (('prompts', 'due'), ('prompts', 'sent_at'))


def upgrade() -> None:
    kept = sa.Column('kept_from_people', sa.JSON(), nullable=False, server_default='[]')
    op.add_column('incidents', kept)
    for table, column in REPLACED:
        op.drop_index(op.f(f'ix_{table}_{column}'), table)
    for table, column in ADDED:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    waiting = sa.text('sent_at IS NULL AND answered_at IS NULL')
    op.create_index(
        'ix_prompts_waiting', 'prompts', ['due'], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    op.drop_column('incidents', 'kept_from_people')
    op.drop_index('ix_prompts_waiting', 'prompts')
    for table, column in ADDED:
        op.drop_index(op.f(f'ix_{table}_{column}'), table)
    for table, column in REPLACED:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
