"""What a manager is proposed to write down is taken from the record, and is theirs to change."""

from dataclasses import replace

import pytest

from actions.proposals import propose
from casework.followup import Task
from casework.vocabulary import Reference, StepOutcome
from tests import builders
from tests.builders import NOON

CONTENT = builders.content()
WITH_TEXT = sorted(CONTENT.policy.proposals.texts)
MEASURES = Task(
    reference=Reference("OP-2026-000001"),
    serious=True,
    name="atgarder",
    label="Besluta åtgärder",
    why="",
    basis="law",
    gate=False,
    due=NOON,
    outcome=StepOutcome.DONE,
    done_at=NOON,
    done_by="Mio Exempelkvist",
    note="Två handläggare vid varje besök.",
)


def test_investigation_is_begun_with_what_the_record_says() -> None:
    text = propose(CONTENT, builders.shown(), [], "utredning")

    assert "anhörig" in text
    assert "telefon" in text
    assert "{" not in text


def test_feedback_tells_what_the_manager_decided() -> None:
    text = propose(CONTENT, builders.shown(), [MEASURES], "aterkoppling")

    assert "Två handläggare vid varje besök." in text


def test_feedback_without_written_measures_tells_what_is_done() -> None:
    text = propose(CONTENT, builders.shown(), [replace(MEASURES, note="")], "aterkoppling")

    assert "besluta åtgärder" in text


@pytest.mark.parametrize("name", WITH_TEXT)
def test_nothing_of_the_story_is_proposed(name: str) -> None:
    """The story may be read by fewer than what is written down."""
    shown = builders.shown(description="en mening som bara rapporten har")

    assert "en mening som" not in propose(CONTENT, shown, [MEASURES], name)


def test_nothing_is_proposed_for_other_steps() -> None:
    assert not propose(CONTENT, builders.shown(), [], "samtal")
