"""Prompts about drafts, which have no incident"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('prompts', schema=None) as batch_op:
        batch_op.alter_column('incident_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('draft_begun_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('draft_changed_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute(sa.text('DELETE FROM prompts WHERE incident_id IS NULL'))
    with op.batch_alter_table('prompts', schema=None) as batch_op:
        batch_op.drop_column('draft_changed_at')
        batch_op.drop_column('draft_begun_at')
        batch_op.alter_column('incident_id', existing_type=sa.Integer(), nullable=False)
