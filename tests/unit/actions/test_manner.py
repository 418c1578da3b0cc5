"""Another language, outbursts and stray keys are heard; answers, errands and stories never are."""

import pytest

from actions.manner import Manner, is_about_talking, is_english, is_insult, manner_of
from nlu.reading import Note


def heard(text: str, note: Note | None = None, *, influence: bool = False) -> Manner | None:
    return manner_of(text, note, has_influence=influence)


@pytest.mark.parametrize("text", ["asdfgh", "qwerty", "lkjlkj lkj sdf sdf", "aaaaaa", "hjklhjkl"])
def test_stray_keys_are_gibberish(text: str) -> None:
    assert heard(text) is Manner.GIBBERISH


@pytest.mark.parametrize("text", ["....", "\N{GRINNING FACE}", ",,,"])
def test_marks_and_pictures_are_gibberish(text: str) -> None:
    assert heard(text, Note.NO_WORDS) is Manner.GIBBERISH


@pytest.mark.parametrize("text", ["14:30", "2026-11-14", "0701-23 45 67", "?", "???"])
def test_numbers_and_a_lone_question_mark_are_left_to_the_question(text: str) -> None:
    assert heard(text, Note.NO_WORDS) is None


@pytest.mark.parametrize(
    "text",
    ["ja", "hm", "sms", "lss", "LVU", "hvb", "hr", "telefon", "vet ej", "mejl", "it-chefen"],
)
def test_short_answers_are_no_gibberish(text: str) -> None:
    assert heard(text) is None


@pytest.mark.parametrize("text", ["din jävla robot", "dumma bot", "vilken skitbot", "jävla dator"])
def test_outburst_at_the_machine_is_an_insult_whatever_is_read_in_it(text: str) -> None:
    assert heard(text, influence=True) is Manner.INSULT


@pytest.mark.parametrize(
    "text", ["fattar du ingenting", "Du fattar ju ingenting!", "du är helt värdelös", "du suger"]
)
def test_outburst_at_you_is_an_insult(text: str) -> None:
    assert heard(text) is Manner.INSULT


@pytest.mark.parametrize(
    "text",
    [
        "han kallade mig jävla idiot",
        "hon skrek fattar du ingenting",
        "Han sa: du är en idiot",
        "”du är en jävla idiot”",
        "klienten skrek din jävla robot åt mig",
        "en man ringde tre gånger och sa fattar du ingenting din idiot",
        "har ni ett program för hot",
        "du är ju bara en robot",
    ],
)
def test_what_somebody_else_said_is_never_an_insult_to_lotsen(text: str) -> None:
    assert heard(text) is None


def test_words_that_may_be_a_quote_are_no_insult_where_a_story_was_asked_for() -> None:
    assert is_insult("du är en idiot")
    assert not is_insult("du är en idiot", telling=True)
    assert not is_insult("du är en idiot", has_influence=True)
    assert is_insult("fattar du ingenting", telling=True)


@pytest.mark.parametrize(
    "text", ["do you understand english", "I don’t speak Swedish", "he is going to kill me"]
)
def test_plain_english_is_foreign_without_the_readers_help(text: str) -> None:
    assert heard(text) is Manner.FOREIGN


def test_other_languages_are_foreign_when_the_reader_says_so() -> None:
    text = "Ich wurde gestern von einem Mann bedroht"

    assert heard(text) is None
    assert heard(text, Note.NOT_SWEDISH) is Manner.FOREIGN


@pytest.mark.parametrize(
    "text",
    [
        "han sa I will kill you till mig på mötet",
        "Omsorgstagarn i ellevan sa: 'tvättstugetrappa ä hal, du'",
        "på facebook messenger",
        "yes",
    ],
)
def test_swedish_with_a_few_other_words_is_swedish(text: str) -> None:
    assert heard(text, Note.NOT_SWEDISH if "ellevan" in text else None) is None
    assert not is_english(text)


def test_questions_about_the_talk_are_told_from_what_happened() -> None:
    assert is_about_talking("do you speak english")
    assert is_about_talking("what is this?")
    assert not is_about_talking("he threatened me yesterday")
    assert not is_about_talking("hello, yesterday a man came to my office and shouted at me")
