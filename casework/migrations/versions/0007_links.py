"""Chats on other platforms that are a person's own, and the codes that link them."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'links',
        sa.Column('channel', sa.String(length=20), nullable=False),
        sa.Column('outside_id', sa.String(length=300), nullable=False),
        sa.Column('person_id', sa.String(length=60), nullable=False),
        sa.Column('reference_sealed', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_links_person_id_people')
        ),
        sa.PrimaryKeyConstraint('channel', 'outside_id', name=op.f('pk_links')),
        sa.UniqueConstraint('person_id', 'channel', name=op.f('uq_links_person_id')),
    )
    op.create_table(
        'link_codes',
        sa.Column('person_id', sa.String(length=60), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['people.id'], name=op.f('fk_link_codes_person_id_people')
        ),
        sa.PrimaryKeyConstraint('person_id', name=op.f('pk_link_codes')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_link_codes_code_hash')),
    )


def downgrade() -> None:
    op.drop_table('link_codes')
    op.drop_table('links')
