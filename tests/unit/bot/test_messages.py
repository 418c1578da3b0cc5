"""What comes in is cleaned, and a choice is understood or refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import LONGEST_TEXT, Picked, UnusableMessageError, clean, picked


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("  hej  ", "hej"),
        ("a\x00b\x1bc", "abc"),
        ("rad ett\r\nrad två", "rad ett\nrad två"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("😡😡", "😡😡"),
        ("<b>hej</b>", "<b>hej</b>"),
    ],
)
def test_text_is_taken_as_it_was_meant(typed: str, taken: str) -> None:
    assert taken == clean(typed)


@pytest.mark.parametrize("typed", ["", "   ", "\x00\x01", "\u200b\u2060", "\n\n"])
def test_text_with_nothing_in_it_is_refused(typed: str) -> None:
    with pytest.raises(UnusableMessageError) as caught:
        clean(typed)
    assert caught.value.reason == "empty"


def test_text_that_is_too_long_is_refused_whole() -> None:
    assert len(clean("x" * LONGEST_TEXT)) == LONGEST_TEXT
    with pytest.raises(UnusableMessageError) as caught:
        clean("x" * (LONGEST_TEXT + 1))
    assert caught.value.reason == "too_long"


def test_refusal_never_quotes_what_was_typed() -> None:
    with pytest.raises(UnusableMessageError) as caught:
        picked('/answer{"hemligt')
    assert "hemligt" not in str(caught.value)


def test_several_choices_are_gathered_under_their_question() -> None:
    assert Picked("answer", {"types": ("hot", "vald")}) == picked(
        '/answer{"types":"hot"} /answer{"types":"vald"}'
    )


@pytest.mark.parametrize(
    "payload",
    ["", "answer", "/", "/Answer", "/answer{", "/answer[1]", "/answer{} /show", "/a{1}", "/a b"],
)
def test_malformed_payload_is_refused(payload: str) -> None:
    with pytest.raises(UnusableMessageError):
        picked(payload)


@given(st.text())
def test_no_text_breaks_the_door(text: str) -> None:
    for take in (clean, picked):
        with contextlib.suppress(UnusableMessageError):
            take(text)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    try:
        once = clean(text)
    except UnusableMessageError:
        return
    assert once == clean(once)
