"""Steps that remind and escalate, check-ins, reports to authorities, who takes part, absence.

Columns are added and dropped in place: SQLite cannot rebuild a table that others refer to.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _columns() -> dict[str, list[sa.Column]]:
    return {
        'people': [
            sa.Column('away_until', sa.Date(), nullable=True),
            sa.Column('stand_in_id', sa.String(length=60), nullable=True),
        ],
        'incidents': [
            sa.Column('kept_from', sa.JSON(), nullable=False, server_default='[]'),
            sa.Column('closed_at', MOMENT, nullable=True),
        ],
        'steps': [
            sa.Column('label', sa.String(), nullable=False, server_default=''),
            sa.Column('why', sa.String(), nullable=False, server_default=''),
            sa.Column('basis', sa.String(), nullable=False, server_default='own'),
            sa.Column('gate', sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column('stays', sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column('remind_at', MOMENT, nullable=True),
            sa.Column('reminders', sa.Integer(), nullable=False, server_default='0'),
            sa.Column('escalate_at', MOMENT, nullable=True),
            sa.Column('escalated_at', MOMENT, nullable=True),
            sa.Column('outcome', sa.String(), nullable=True),
            sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
        ],
        'prompts': [
            sa.Column('claimed_until', MOMENT, nullable=True),
            sa.Column('attempts', sa.Integer(), nullable=False, server_default='0'),
            sa.Column('channel', sa.String(), nullable=True),
        ],
    }


INDEXES = (
    ('steps', 'remind_at'),
    ('steps', 'escalate_at'),
    ('prompts', 'due'),
    ('prompts', 'sent_at'),
)


def upgrade() -> None:
    for table, columns in _columns().items():
        for column in columns:
            op.add_column(table, column)
    for table, column in INDEXES:
        op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    # Plans of an older release are reminded of from now on, and answered as done.
    op.execute("UPDATE steps SET remind_at = due WHERE done_at IS NULL")
    op.execute("UPDATE steps SET outcome = 'klart' WHERE done_at IS NOT NULL")
    op.create_table(
        'participants',
        sa.Column('incident_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.String(length=60), nullable=False),
        sa.Column('why', sa.String(), nullable=False),
        sa.Column('since', MOMENT, nullable=False),
        *_links('participants', incident_id='incidents', person_id='people'),
        sa.PrimaryKeyConstraint('incident_id', 'person_id', name=op.f('pk_participants')),
    )
    op.create_table(
        'check_ins',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('incident_id', sa.Integer(), nullable=False),
        sa.Column('day', sa.Integer(), nullable=False),
        sa.Column('ask_at', MOMENT, nullable=True),
        sa.Column('asked_at', MOMENT, nullable=True),
        sa.Column('answered_at', MOMENT, nullable=True),
        sa.Column('wellbeing', sa.String(), nullable=True),
        sa.Column('support', sa.String(), nullable=True),
        sa.Column('tell_manager', sa.Boolean(), nullable=True),
        *_links('check_ins', incident_id='incidents'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_check_ins')),
        sa.UniqueConstraint('incident_id', 'day', name=op.f('uq_check_ins_incident_id')),
    )
    op.create_index(op.f('ix_check_ins_ask_at'), 'check_ins', ['ask_at'])
    op.create_index(op.f('ix_check_ins_incident_id'), 'check_ins', ['incident_id'])
    op.create_table(
        'authority_reports',
        sa.Column('incident_id', sa.Integer(), nullable=False),
        sa.Column('authority', sa.String(length=40), nullable=False),
        sa.Column('reported_by', sa.String(), nullable=True),
        sa.Column('reported_on', sa.Date(), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('outcome', sa.String(), nullable=True),
        sa.Column('number_sealed', sa.LargeBinary(), nullable=True),
        *_links('authority_reports', incident_id='incidents'),
        sa.PrimaryKeyConstraint('incident_id', 'authority', name=op.f('pk_authority_reports')),
    )


def _links(table: str, **referred: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f'{to}.id'], name=op.f(f'fk_{table}_{column}_{to}'))
        for column, to in referred.items()
    ]


def downgrade() -> None:
    for table in ('authority_reports', 'check_ins', 'participants'):
        op.drop_table(table)
    for table, column in INDEXES:
        op.drop_index(op.f(f'ix_{table}_{column}'), table)
    for table, columns in _columns().items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
