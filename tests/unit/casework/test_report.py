"""What is asked next, and what an answer means."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.report import (
    NO_TYPE,
    NOT_KNOWN,
    Answers,
    Facts,
    Occurred,
    Outcome,
    Question,
    Said,
    gaps,
    is_serious,
    meaning,
    next_question,
    offered,
    outcome,
    told,
)
from casework.vocabulary import (
    Area,
    Channel,
    IncidentType,
    Perpetrator,
    PoliceWish,
    Purpose,
    Recipient,
    Support,
)
from tests import builders

THREAT, BRIBE = IncidentType.THREAT, IncidentType.CORRUPTION
MONDAY = Occurred(
    text="i måndags",
    start=datetime(2026, 11, 16, tzinfo=UTC),
    end=datetime(2026, 11, 16, 23, 59, tzinfo=UTC),
)


def asked_in_order(answers: Answers, choices: dict[Question, str]) -> list[Question]:
    """The questions that come when each is answered with a choice, or with *Vet ej*."""
    order = []
    while question := next_question(answers):
        order.append(question)
        value = choices.get(question, NOT_KNOWN)
        said = Said(chosen={question.value: tuple(value.split(","))})
        answers = answers.having(**(meaning(question, said, answers) or {}))
        assert len(order) < 30, "the questions never end"
    return order


def test_everything_is_asked_when_nothing_is_known() -> None:
    order = asked_in_order(
        Answers(description="det hände något"), {Question.TYPES: "hot", Question.SEND: "yes"}
    )

    assert order == [
        Question.TYPES,
        Question.PERPETRATOR,
        Question.PURPOSE,
        Question.OCCURRED,
        Question.CHANNEL,
        Question.AREA,
        Question.POLICE,
        Question.SUPPORT,
        Question.SEND,
    ]


def test_what_the_story_says_is_not_asked() -> None:
    facts = Facts(
        types=(THREAT,),
        perpetrator=Perpetrator.RELATIVE,
        channel=Channel.PHONE,
        area=Area.CHILDREN,
        occurred=MONDAY,
    )
    answers = Answers(**told(Said(text="en lång berättelse", facts=facts), Answers()))

    order = asked_in_order(answers, {Question.TYPES: "hot", Question.SEND: "yes"})

    assert order == [
        Question.TYPES,
        Question.PURPOSE,
        Question.POLICE,
        Question.SUPPORT,
        Question.SEND,
    ]


def test_bribe_alone_is_only_asked_whether_it_may_be_counted() -> None:
    order = asked_in_order(
        Answers(description="ett kuvert"), {Question.TYPES: BRIBE, Question.COUNT: "yes"}
    )

    assert order == [Question.TYPES, Question.COUNT]


def test_mixed_event_is_told_again_without_what_is_never_recorded() -> None:
    answers = Answers(description="hot och kuvert", types=(THREAT, BRIBE))

    assert Question.RETELL is next_question(answers)

    retold = answers.having(
        **meaning(Question.RETELL, Said(text="han hotade mig"), answers)  # type: ignore[arg-type]
    )
    assert retold.description == "han hotade mig"
    assert Question.COUNT is next_question(retold)


def test_no_type_leads_to_a_plain_event_or_to_nothing() -> None:
    answers = Answers(description="x", types=())

    assert Question.KEEP is next_question(answers)
    assert Outcome.INCIDENT is outcome(answers.having(keep=True))
    assert Outcome.NOTHING is outcome(answers.having(keep=False))
    assert next_question(answers.having(keep=False)) is None
    assert Question.POLICE not in asked_in_order(answers.having(keep=True), {Question.SEND: "yes"})


def test_not_knowing_anything_gives_a_valid_report_with_its_gaps_marked() -> None:
    answers = Answers(description="x")
    while (question := next_question(answers)) is not Question.SEND:
        assert question is not None
        answers = answers.having(**(meaning(question, Said(text="vet ej"), answers) or {}))

    assert {
        Question.TYPES,
        Question.PERPETRATOR,
        Question.OCCURRED,
        Question.CHANNEL,
        Question.AREA,
        Question.SUPPORT,
    } == set(gaps(answers))
    assert answers.types == (IncidentType.OTHER,)


TYPED = [
    (Question.TYPES, "hot och trakasserier", {"types": (IncidentType.HARASSMENT, THREAT)}),
    (Question.TYPES, "inget av det", {"types": ()}),
    (Question.PURPOSE, "ja det var det", {"purpose": Purpose.YES}),
    (Question.PURPOSE, "Nej.", {"purpose": Purpose.NO}),
    (Question.PURPOSE, "vet inte", {"purpose": Purpose.UNSURE}),
    (Question.POLICE, "ja gärna", {"police": PoliceWish.EMPLOYER}),
    (Question.POLICE, "nej inte nu", {"police": PoliceWish.NO}),
    (Question.POLICE, "jag anmäler själv", {"police": PoliceWish.SELF}),
    (Question.POLICE, "det är redan anmält", {"police": PoliceWish.DONE}),
    (
        Question.SUPPORT,
        "prata med chefen och företagshälsan",
        {"support": (Support.MANAGER_TALK, Support.OCCUPATIONAL_HEALTH)},
    ),
    (Question.SUPPORT, "nej tack", {"support": (Support.NONE,)}),
    (Question.SEND, "skicka in den", {"send": True}),
    (Question.SEND, "ändra", {"changing": True}),
    (Question.KEEP, "ja", {"keep": True}),
    (Question.COUNT, "nej", {"count": False}),
    (Question.OCCURRED, "någon gång runt jul", {"occurred": Occurred(text="någon gång runt jul")}),
]


@pytest.mark.parametrize(("question", "text", "change"), TYPED)
def test_typed_answer_means_the_same_as_the_button(
    question: Question, text: str, change: dict[str, object]
) -> None:
    assert change == meaning(question, Said(text=text), Answers())


def test_nonsense_is_no_answer() -> None:
    for question in (Question.PURPOSE, Question.POLICE, Question.SEND, Question.PERPETRATOR):
        assert meaning(question, Said(text="asdf qwer"), Answers()) is None


def test_correction_in_words_changes_the_earlier_answer() -> None:
    said = Said(text="nej, det var i måndags", facts=Facts(occurred=MONDAY))

    for question in (Question.SEND, Question.POLICE, Question.CHANNEL):
        assert meaning(question, said, builders.answers()) == {"occurred": MONDAY}


def test_explicit_yes_is_never_read_out_of_a_correction() -> None:
    said = Said(text="ja men det var på telefon", facts=Facts(channel=Channel.PHONE))

    change = meaning(Question.SEND, said, builders.answers(send=False))

    assert change is not None
    assert "send" not in change


def test_changing_a_field_asks_it_again_and_comes_back_to_the_summary() -> None:
    answers = builders.answers(send=False, changing=True)

    change = meaning(Question.CHANGE, Said(chosen={"change": ("channel",)}), answers)

    reopened = answers.having(**(change or {}))
    assert Question.CHANNEL is next_question(reopened)
    assert Question.SEND is next_question(reopened.having(channel=Channel.SMS))


def test_choice_of_an_earlier_question_changes_that_one() -> None:
    change = meaning(Question.POLICE, Said(chosen={"channel": ("sms",)}), builders.answers())

    assert change == {"channel": Channel.SMS}


@pytest.mark.parametrize("value", ["", "bogus", "hot,bogus"])
def test_unknown_value_of_a_choice_is_no_answer(value: str) -> None:
    said = Said(chosen={"types": tuple(value.split(","))})

    assert meaning(Question.TYPES, said, Answers()) is None


SERIOUS = [
    ((IncidentType.VIOLENCE,), (), False, True),
    ((IncidentType.VANDALISM,), (), False, True),
    ((THREAT,), (), False, True),
    ((THREAT,), ("fortackt_hot",), False, False),
    ((THREAT,), ("hot_mot_narstaende",), False, True),
    ((IncidentType.HARASSMENT,), ("skuldbelaggning",), False, False),
    ((IncidentType.HARASSMENT,), ("uppsokande_privat",), False, True),
    ((IncidentType.OTHER,), (), True, False),
    ((), (), True, False),
]


@pytest.mark.parametrize(("types", "subtypes", "read", "expected"), SERIOUS)
def test_seriousness_follows_the_confirmed_types(
    types: tuple[IncidentType, ...], subtypes: tuple[str, ...], read: bool, expected: bool
) -> None:
    answers = Answers(types=types, facts=Facts(subtypes=subtypes, serious=read))

    assert expected is is_serious(answers, builders.content().taxonomy)


@st.composite
def anything_said(draw: st.DrawFn) -> Said:
    """Any text, or any choice of any question."""
    if draw(st.booleans()):
        return Said(text=draw(st.text(max_size=40) | st.sampled_from(["ja", "nej", "vet ej"])))
    question = draw(st.sampled_from(Question))
    values = offered(question, Answers(), list(Recipient)) or ["yes"]
    return Said(chosen={question.value: (draw(st.sampled_from([*values, NO_TYPE, "?"])),)})


@given(st.lists(anything_said(), max_size=40))
def test_whatever_is_said_nothing_is_sent_without_the_yes_and_bribes_are_never_recorded(
    sayings: list[Said],
) -> None:
    answers, said_yes = Answers(), False
    for said in sayings:
        question = next_question(answers)
        if question is None:
            break
        change = meaning(question, said, answers) or {}
        yes = said.chosen.get("send") == ("yes",) or (
            question is Question.SEND and said.text == "ja"
        )
        said_yes |= yes
        answers = answers.having(**change)
    if answers.send:
        assert said_yes
    assert not set(answers.recorded_types) & {BRIBE, IncidentType.ABUSE_OF_POSITION}
    if outcome(answers) is Outcome.INCIDENT and next_question(answers) is None:
        assert answers.send
        assert answers.types is not None


@given(st.lists(anything_said(), max_size=20))
def test_answers_survive_being_written_and_read(sayings: list[Said]) -> None:
    answers = Answers()
    for said in sayings:
        question = next_question(answers)
        if question:
            answers = answers.having(**(meaning(question, said, answers) or {}))

    assert answers == Answers.model_validate(answers.model_dump(mode="json"))


@pytest.mark.parametrize("asked", ["stämmer det?", "ok?", "ja?"])
def test_a_question_at_the_summary_sends_nothing(asked: str) -> None:
    change = meaning(Question.SEND, Said(text=asked), builders.answers(send=False))

    assert not (change or {}).get("send")
