"""For whom a report was made, whether it is small, repeated or needs lex Sarah, and why no police.

Columns are added and dropped in place: SQLite cannot rebuild a table that others refer to.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

TABLE = 'incidents'
NAMES = ('exposed', 'small', 'lex_sarah', 'police_reason', 'series')


def upgrade() -> None:
    for column in (
        sa.Column('exposed', sa.String(), nullable=False, server_default='jag'),
        sa.Column('small', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('lex_sarah', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('police_reason', sa.String(), nullable=True),
        sa.Column('series', sa.String(length=20), nullable=True),
    ):
        op.add_column(TABLE, column)
    op.create_index(op.f('ix_incidents_series'), TABLE, ['series'])


def downgrade() -> None:
    op.drop_index(op.f('ix_incidents_series'), TABLE)
    for name in reversed(NAMES):
        op.drop_column(TABLE, name)
