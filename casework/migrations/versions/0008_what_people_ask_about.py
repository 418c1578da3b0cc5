"""How often each topic is asked about in a month; nothing about who asked."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'question_counts',
        sa.Column('topic', sa.String(), nullable=False),
        sa.Column('month', sa.Date(), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('topic', 'month', name=op.f('pk_question_counts')),
    )


def downgrade() -> None:
    op.drop_table('question_counts')
