"""Danger told in English says 112 first, in both languages; what is past does not."""

import pytest

from bot.danger import DangerWatch, FindDanger
from nlu.danger import Danger, find_danger
from tests import builders


def by_rules(text: str, *, answering: bool = False) -> Danger | None:
    return None if answering else find_danger(text)


def always(danger: Danger) -> FindDanger:
    def found(text: str, *, answering: bool = False) -> Danger | None:
        return None if answering or not text else danger

    return found


WATCH = DangerWatch(builders.content().policy.danger, by_rules)


@pytest.mark.parametrize(
    "text",
    [
        "help he has a knife",
        "Help, he’s got a big knife!",
        "call the police now",
        "please call the police",
        "he is going to kill me",
        "there is a man with a gun",
        "a man is standing outside my door",
        "they are breaking in",
        "we are locked in",
        "someone is banging on the door",
        "han har kniv",
    ],
)
def test_somebody_may_be_hurt_now(text: str) -> None:
    assert WATCH.find(text) is Danger.PERSON


@pytest.mark.parametrize(
    "text", ["she says she will kill herself", "he took all his pills", "he wants to die"]
)
def test_a_client_may_take_their_life(text: str) -> None:
    assert WATCH.find(text) is Danger.SUICIDE


@pytest.mark.parametrize(
    "text", ["I want to die", "I don't want to live", "yesterday I wanted to kill myself"]
)
def test_the_writers_own_life_comes_first_and_is_never_calm(text: str) -> None:
    assert WATCH.find(text) is Danger.DISTRESS


@pytest.mark.parametrize(
    "text",
    [
        "yesterday he said he is going to kill me",
        "last week a client came with a knife",
        "what should I do, should I call the police",
        "can you help me please",
        "thank you for your help",
        "hello do you speak english",
        "my boss is very angry with me",
        "jag såg killen som står i receptionen",
        "igår hade han en kniv",
    ],
)
def test_what_is_past_or_ordinary_is_calm(text: str) -> None:
    assert WATCH.find(text) is None


def test_a_guess_in_english_gives_way_to_what_is_past_but_not_for_the_writers_own_life() -> None:
    past = "yesterday a client came to the office and told me that he knows my street"
    said = builders.content().policy.danger

    assert DangerWatch(said, always(Danger.PERSON)).find(past) is None
    assert DangerWatch(said, always(Danger.PERSON)).find("he is in the office") is Danger.PERSON
    assert DangerWatch(said, always(Danger.DISTRESS)).find(past) is Danger.DISTRESS


@pytest.mark.parametrize("kind", list(Danger))
def test_112_is_the_first_line_in_both_languages(kind: Danger) -> None:
    lines = WATCH.first(kind, english=True).split("\n")

    assert lines[0].startswith("*Ring 112 nu*")
    assert lines[1].startswith("*Call 112 now*")
    assert WATCH.first(kind, english=False).split("\n")[0] == lines[0]
    assert "Call" not in WATCH.first(kind, english=False)


@pytest.mark.parametrize("kind", list(Danger))
def test_the_button_is_in_both_languages_when_needed(kind: Danger) -> None:
    swedish = WATCH.safe_title(kind, english=False)

    assert WATCH.safe_title(kind, english=True).startswith(f"{swedish} / ")
    assert WATCH.is_english("jag är rädd", "he has a knife")
    assert not WATCH.is_english("jag är rädd", "han har kniv")
