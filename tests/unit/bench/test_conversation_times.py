"""The arithmetic of the simulated reading and typing."""

import pytest

from bench.bench_conversation import (
    PAPER_FORM,
    READING,
    Field,
    filling_in,
    lines,
    paper_seconds,
    reading,
    seconds,
    typing,
)
from tests.chat_client import Message, Turn
from tests.scripted_person import Exchange, Played


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a" * 60, 1),
        ("a" * 61, 2),
        ("En rad.\n\nEn till.", 2),
        ("Gör så här:\n• ett\n• två", 3),
    ],
)
def test_a_line_is_sixty_characters_or_stands_on_its_own(text: str, expected: int) -> None:
    assert lines(text) == expected


def test_forty_words_take_a_minute_to_type() -> None:
    assert typing("ord " * 40) == pytest.approx(60)


def test_buttons_are_read_too() -> None:
    without = Message("Hur hände det?")
    with_buttons = Message("Hur hände det?", ({"title": "Telefon", "payload": "/x"},))
    assert reading([without]) == pytest.approx(2)
    assert reading([with_buttons]) == pytest.approx(4)


def test_a_report_ends_when_the_receipt_is_there_and_before_it_is_read() -> None:
    greeting = Exchange("sam", Turn([Message("Hej.")]), 0.0)
    story = Exchange("sam", Turn([Message("Stämmer det?")]), 0.5, said="två ord")
    sent = Exchange("sam", Turn([Message("Tack. " * 50)]), 0.5, "send", tapped=("Skicka in",))
    later = Exchange("mio", Turn([Message("Ny rapport.")]), 9.0)
    played = Played([greeting, story, sent, later], ended=True, reported=3)
    assert seconds(played) == pytest.approx(2 + 3 + 0.5 + 2 + 1 + 0.5)


def test_several_choices_end_with_one_more_tap() -> None:
    both = Exchange("sam", Turn(), 0.0, "support", tapped=("Facket", "Skyddsombud"))
    assert seconds(Played([both], reported=1)) == pytest.approx(3)


def test_a_field_on_paper_is_read_and_then_ticked_or_written() -> None:
    assert filling_in(Field("Telefon", "", words=2)) == pytest.approx(2 + 3)
    assert filling_in(Field("Syfte", "", options=("Ja", "Nej"))) == pytest.approx(2 + 2 + 2)


def test_the_story_is_written_on_paper_too() -> None:
    fields = sum(map(filling_in, PAPER_FORM))
    assert paper_seconds(["ett två", "tre"]) == pytest.approx(READING + 4.5 + fields)
