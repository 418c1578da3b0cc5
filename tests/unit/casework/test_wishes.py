"""Wishes about the police and support that a story says outright are not asked for again."""

from typing import Any

import pytest

from casework.report import Answers, Facts, Question, Said, meaning, next_question, told
from casework.vocabulary import (
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PoliceWish,
    Reference,
    Sign,
    Support,
)

STORY = "En pappa ringde och sa att han ska slå ihjäl mig."


def told_with(wish: str, **known: Any) -> Answers:
    """The answers after a story that ends with a wish."""
    before = Answers(**known)
    return before.having(**told(Said(text=f"{STORY} {wish}"), before))


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("Jag vill att ni polisanmäler det.", PoliceWish.EMPLOYER),
        ("jag vill verkligen att min chef ska göra en polisanmälan", PoliceWish.EMPLOYER),
        ("Jag är rädd, och jag vill att arbetsgivaren polisanmäler.", PoliceWish.EMPLOYER),
        ("Jag vill att ni anmäler det till polisen.", PoliceWish.EMPLOYER),
        ("Jag har redan polisanmält.", PoliceWish.DONE),
        ("Vi har själva redan polisanmält det.", PoliceWish.DONE),
        ("Han hotade mig och jag har anmält honom till polisen.", PoliceWish.DONE),
        ("Polisanmälan är redan gjord.", PoliceWish.DONE),
        ("Jag ska polisanmäla det själv.", PoliceWish.SELF),
    ],
)
def test_a_plain_word_about_the_police_is_the_answer(wish: str, meant: PoliceWish) -> None:
    answers = told_with(wish)

    assert answers.police is meant
    assert answers.foretold == {Question.POLICE}


@pytest.mark.parametrize(
    "wish",
    [
        "Jag vill inte att ni polisanmäler.",
        "Jag vill att ni polisanmäler om han kommer tillbaka.",
        "Jag vill att ni polisanmäler, men inte än.",
        "Jag funderar på att polisanmäla.",
        "Ska jag polisanmäla?",
        "Jag vill polisanmäla.",
        "Han skrek: jag har redan polisanmält det här",
        "Hon skrek, jag har polisanmält dig",
        "Han skrev ”Hej. Jag har redan polisanmält det. Hej då” på lappen.",
        "Jag har polisanmält er, sa han.",
        "Vi polisanmälde honom förra gången.",
        "Det är sonen som jag har polisanmält för stölden.",
        "Jag har polisanmält honom för bidragsbrott.",
        "Nu vet han att jag har polisanmält.",
        "Jag polisanmälde en son som tömde sin mors konto.",
        "Min kollega har redan polisanmält.",
        "Jag har redan anmält det.",
        "Jag har redan polisanmält. Jag vill att ni polisanmäler också.",
    ],
)
def test_doubt_and_the_words_of_others_are_no_answer_about_the_police(wish: str) -> None:
    answers = told_with(wish)

    assert answers.police is None
    assert not answers.foretold


@pytest.mark.parametrize(
    ("wish", "meant"),
    [
        ("Jag vill prata med min chef om det.", (Support.MANAGER_TALK,)),
        (
            "Jag vill prata med min chef och facket om det som hände.",
            (Support.MANAGER_TALK, Support.UNION),
        ),
        ("Jag skulle behöva krisstöd.", (Support.OCCUPATIONAL_HEALTH,)),
        ("Jag vill gärna träffa mitt skyddsombud.", (Support.SAFETY_REPRESENTATIVE,)),
        (
            "Jag vill prata med min chef om att facket ringde hem till mig.",
            (Support.MANAGER_TALK,),
        ),
        ("Jag vill inte prata med min chef.", ()),
        ("Jag vill prata med min chef eller facket.", ()),
        ("Jag vet inte om jag vill prata med min chef.", ()),
        ("Han skrek jag vill prata med min chef.", ()),
        ("Jag har pratat med min chef.", ()),
    ],
)
def test_whom_the_person_wants_to_meet(wish: str, meant: tuple[Support, ...]) -> None:
    assert (told_with(wish).support or ()) == meant


def test_what_is_told_is_not_asked() -> None:
    answers = told_with(
        "Jag vill att ni polisanmäler. Jag vill prata med min chef om det.",
        types=(IncidentType.THREAT,),
        unknown=frozenset(
            {Question.PERPETRATOR, Question.OCCURRED, Question.CHANNEL, Question.AREA}
        ),
        purpose="yes",
    )

    assert next_question(answers) is Question.SEND


def test_an_earlier_answer_stays() -> None:
    answers = told_with("Jag vill att ni polisanmäler.", police=PoliceWish.NO)

    assert answers.police is PoliceWish.NO


@pytest.mark.parametrize(
    "known",
    [
        {"is_manager": True},
        {"exposed": Exposed.COLLEAGUE_KNOWS},
        {"amends": Reference("OP-2026-000001")},
    ],
)
def test_for_somebody_else_and_for_what_is_sent_in_the_wish_is_asked(
    known: dict[str, Any],
) -> None:
    assert told_with("Jag vill att ni polisanmäler.", **known).police is None


def test_a_manager_who_was_exposed_has_wishes_too() -> None:
    answers = told_with("Jag vill att ni polisanmäler.", is_manager=True, exposed=Exposed.SELF)

    assert answers.police is PoliceWish.EMPLOYER


def test_a_story_about_a_colleague_says_nothing_of_the_colleagues_wish() -> None:
    facts = Facts(signs=frozenset({Sign.ABOUT_SOMEBODY_ELSE}))
    said = Said(text="Min kollega blev hotad. Jag vill att ni polisanmäler.", facts=facts)

    assert "police" not in told(said, Answers())


def test_a_talk_with_the_manager_who_did_it_is_never_taken_for_granted() -> None:
    known = {"perpetrator": Perpetrator.MANAGER, "which_manager": ManagerRank.NEAREST}

    assert told_with("Jag vill prata med min chef om det.", **known).support is None


@pytest.mark.parametrize(
    "typed",
    [
        "ja, och jag vill att ni polisanmäler",
        "ja det gjorde det och jag vill att ni polisanmäler honom så fort det går",
    ],
)
def test_a_wish_told_by_the_way_is_kept_with_the_answer(typed: str) -> None:
    answers = Answers(description=STORY, types=(IncidentType.THREAT,))

    change = meaning(Question.OCCURRED, Said(text=typed), answers) or {}

    assert change["police"] is PoliceWish.EMPLOYER
    assert change["foretold"] == {Question.POLICE}


def test_the_answer_to_the_question_itself_needs_no_advice_again() -> None:
    answers = Answers(description=STORY, types=(IncidentType.THREAT,))

    change = meaning(Question.POLICE, Said(text="jag vill att ni polisanmäler"), answers)

    assert change == {"police": PoliceWish.EMPLOYER}
