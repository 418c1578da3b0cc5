"""What a story shows about how it should be handled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.situations import find_signs, joined, part, sentences


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Min kollega blev knuffad av en klient i måndags", "somebody_else"),
        ("jag såg när en medarbetare blev slagen", "somebody_else"),
        ("rapporterar åt min kollega som inte orkar", "somebody_else"),
        ("kollegan vågar inte anmäla", "somebody_else"),
        ("jag gav efter och barnet for illa", "client_at_risk"),
        ("är det lex sarah om klienten blev utan mat", "client_at_risk"),
        ("min chef får inte se det här", "fears_manager"),
        ("jag litar inte på min chef", "fears_manager"),
        ("chefen ska inte läsa detta", "fears_manager"),
        ("min chef skrek åt mig", "nearest_manager"),
        ("bara en liten grej", "small"),
        ("vill bara notera att han himlade med ögonen", "small"),
        ("om jag inte ändrar beslutet ska han slå mig", "aims_at_decision"),
        ("han vill att jag ska bevilja ansökan", "aims_at_decision"),
        ("hon ska hämnas för mitt beslut", "aims_at_decision"),
        ("jag vill visselblåsa", "whistleblowing"),
        ("det rör missförhållanden i verksamheten", "whistleblowing"),
    ],
)
def test_sign_is_found(text: str, sign: str) -> None:
    assert sign in find_signs(text)


@pytest.mark.parametrize(
    "text",
    [
        "En klient skrek åt mig i telefon",
        "Min kollega fick mig att skriva på",
        "Min chefs chef ringde mig",
        "Barnet mår bra och bor hos sin mormor",
        "Han sa att jag är liten och ful",
        "",
    ],
)
def test_ordinary_text_has_no_sign(text: str) -> None:
    assert find_signs(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (
            "En pappa ringde och hotade mig. En annan sak som hände: i går sparkade de in dörren",
            "En annan sak som hände: i går sparkade de in dörren",
        ),
        (
            "1) En pappa ringde i måndags och hotade mig 2) Någon sparkade in dörren till oss",
            "2) Någon sparkade in dörren till oss",
        ),
    ],
)
def test_text_that_says_it_holds_two_events_is_parted(text: str, second: str) -> None:
    found = part(text)

    assert found
    assert found[1] == second
    assert found[0].startswith(("En pappa", "1) En pappa"))


@pytest.mark.parametrize(
    "text",
    [
        "Först ringde han, sedan kom han hit och skrek. Dessutom slog han i bordet.",
        "En annan sak: kort",
        "kl 2) kom han",
    ],
)
def test_one_event_is_not_parted(text: str) -> None:
    assert part(text) is None


def test_parts_that_are_kept_become_sentences() -> None:
    parts = sentences("Han la fram ett kuvert, och när jag sa nej hotade han mig")

    assert joined(parts[1:]) == "När jag sa nej hotade han mig."


@given(st.text())
def test_no_text_breaks_the_reading_of_signs(text: str) -> None:
    find_signs(text)
    joined(sentences(text))
    if found := part(text):
        assert all(piece in text for piece in found)
