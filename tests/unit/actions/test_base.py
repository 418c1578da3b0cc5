"""What is said where casework refuses."""

from typing import Any, cast

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.base import SayingWhyNot, Turn
from casework.errors import (
    ImpossibleChangeError,
    NotAllowedError,
    NotFoundError,
    StorageUnavailableError,
)
from casework.followup import OpenGateError


def turn() -> Turn:
    """One in which only what is said matters."""
    nothing = cast("Any", None)
    return Turn(nothing, CollectingDispatcher(), nothing, None)


def said(it: Turn) -> list[str]:
    return [message["response"] for message in it.dispatcher.messages]


@pytest.mark.parametrize(
    ("refusal", "response"),
    [
        (NotFoundError("there is none"), "utter_not_yours"),
        (NotAllowedError("it is another's"), "utter_not_yours"),
        (ImpossibleChangeError("it is closed"), "utter_task_over"),
        (OpenGateError(["samtal"]), "utter_task_over"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_refusal_is_said_and_the_rest_of_the_block_is_left_out(
    refusal: Exception, response: str
) -> None:
    here = turn()

    with SayingWhyNot(here, "utter_task_over"):
        raise refusal

    assert said(here) == [response]


def test_what_succeeds_says_nothing() -> None:
    here = turn()

    with SayingWhyNot(here, "utter_task_over"):
        pass

    assert said(here) == []


def test_failure_is_not_taken_for_a_refusal() -> None:
    here = turn()

    with pytest.raises(StorageUnavailableError), SayingWhyNot(here, "utter_task_over"):
        raise StorageUnavailableError("the disk is full")

    assert said(here) == []
