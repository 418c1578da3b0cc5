"""Who people are elsewhere (e-mail, Entra ID), who stands in for them, who leads a unit.

Columns are added and dropped in place: SQLite cannot rebuild a table that others refer to.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

UNIQUE = {'email': 254, 'entra_id': 36}


def upgrade() -> None:
    op.add_column('units', sa.Column('manager_id', sa.String(length=60), nullable=True))
    op.add_column('people', sa.Column('substitute_id', sa.String(length=60), nullable=True))
    for name, length in UNIQUE.items():
        op.add_column('people', sa.Column(name, sa.String(length=length), nullable=True))
        op.create_index(op.f(f'ix_people_{name}'), 'people', [name], unique=True)


def downgrade() -> None:
    for name in UNIQUE:
        op.drop_index(op.f(f'ix_people_{name}'), 'people')
        op.drop_column('people', name)
    op.drop_column('people', 'substitute_id')
    op.drop_column('units', 'manager_id')
