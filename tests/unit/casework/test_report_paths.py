"""Small events, leaving out the rest, going back, saying it anew: the ways through a report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.report import (
    NO_SERIES,
    Answers,
    Facts,
    Outcome,
    Question,
    Said,
    meaning,
    next_question,
    offered,
    outcome,
    told,
)
from casework.vocabulary import (
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PoliceReason,
    PoliceWish,
    Purpose,
    Reference,
    Sign,
    Support,
)
from tests import builders

THREAT, HARASSMENT, BRIBE = (
    IncidentType.THREAT,
    IncidentType.HARASSMENT,
    IncidentType.CORRUPTION,
)
MILD = Facts(types=(HARASSMENT,), subtypes=("grov_forolampning",))


def after(answers: Answers, asked: Question, words: str) -> Answers:
    """The answers after something was typed; it must have been understood."""
    change = meaning(asked, Said(text=words), answers)
    assert change is not None, words
    return answers.having(**change)


def test_small_event_needs_the_story_and_the_yes() -> None:
    facts = MILD.model_copy(update={"signs": frozenset({Sign.SMALL})})
    answers = Answers(
        **told(Said(text="en liten grej, hon kallade mig idiot", facts=facts), Answers())
    )

    assert answers.small
    assert next_question(answers) is Question.SEND


def test_what_sounds_serious_is_never_small() -> None:
    facts = Facts(types=(THREAT,), serious=True, signs=frozenset({Sign.SMALL}))
    answers = Answers(**told(Said(text="en liten grej, han hotade mig", facts=facts), Answers()))

    assert not answers.small
    assert next_question(answers) is Question.TYPES


def test_small_bribe_is_asked_about_as_any_other() -> None:
    facts = Facts(types=(BRIBE,), signs=frozenset({Sign.SMALL}))
    answers = Answers(
        **told(Said(text="en liten grej, han bjöd på en resa", facts=facts), Answers())
    )

    assert next_question(answers) is Question.TYPES
    assert outcome(answers.having(types=(BRIBE,))) is Outcome.HANDOVER


def test_small_event_still_asks_who_is_to_get_it_when_it_was_the_manager() -> None:
    answers = Answers(
        description="x", small=True, types=(HARASSMENT,), perpetrator=Perpetrator.MANAGER
    )

    assert next_question(answers) is Question.WHICH_MANAGER
    nearest = answers.having(which_manager=ManagerRank.NEAREST)
    assert next_question(nearest) is Question.RECIPIENT


def test_four_answers_make_a_valid_report() -> None:
    """Story, type, 'the rest I leave out', yes (Stockholms stadsrevision 4/2021: 38 of 126)."""
    answers = Answers(description="x", facts=MILD, types=(HARASSMENT,))
    asked = next_question(answers)
    assert asked

    answers = after(answers, asked, "hoppa över resten")

    assert next_question(answers) is Question.SEND
    assert answers.purpose is Purpose.UNSURE
    assert next_question(answers.having(send=True)) is None


def test_leaving_out_the_rest_never_leaves_out_who_gets_it() -> None:
    answers = Answers(description="x", types=(THREAT,), perpetrator=Perpetrator.POLITICIAN)

    skipped = meaning(Question.PURPOSE, Said(chosen={"purpose": ("resten",)}), answers)

    assert next_question(answers.having(**(skipped or {}))) is Question.RECIPIENT


@given(st.sets(st.sampled_from(list(Question))), st.sampled_from(list(Perpetrator)))
def test_leaving_out_the_rest_always_ends(unknown: set[Question], who: Perpetrator) -> None:
    answers = Answers(
        description="x", types=(THREAT,), perpetrator=who, unknown=frozenset(unknown)
    )

    skipped = meaning(Question.PURPOSE, Said(chosen={"purpose": ("resten",)}), answers) or {}

    assert next_question(answers.having(**skipped)) in {
        Question.SEND,
        Question.RECIPIENT,
        Question.WHICH_MANAGER,
    }


@pytest.mark.parametrize(
    "words", ["gå tillbaka", "ångra", "oj fel knapp", "förra frågan", "jag vill gå tillbaka"]
)
def test_going_back_asks_the_last_question_again(words: str) -> None:
    answers = Answers(description="x", types=(THREAT,), perpetrator=Perpetrator.CLIENT)

    back = after(answers, Question.PURPOSE, words)

    assert next_question(back) is Question.PERPETRATOR


@pytest.mark.parametrize(
    ("words", "asked_next"),
    [
        ("jag vill ändra vem det var", Question.PERPETRATOR),
        ("kan jag ändra typen", Question.TYPES),
        ("vänta, jag måste rätta berättelsen", Question.DESCRIPTION),
    ],
)
def test_earlier_answer_may_be_changed_at_any_question(words: str, asked_next: Question) -> None:
    answers = builders.answers(send=False, support=None)

    changed = after(answers, Question.SUPPORT, words)

    assert next_question(changed) is asked_next


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("ingen polisanmälan ändå", "police", PoliceWish.NO),
        ("jag anmäler själv till polisen", "police", PoliceWish.SELF),
        ("jag vill prata med skyddsombudet också", "support", (Support.SAFETY_REPRESENTATIVE,)),
        ("det var inte för att påverka mig", "purpose", Purpose.NO),
        ("det var trakasserier", "types", (HARASSMENT,)),
    ],
)
def test_answer_is_said_anew_at_the_summary(words: str, field: str, value: object) -> None:
    answers = builders.answers(send=False)

    assert getattr(after(answers, Question.SEND, words), field) == value


@pytest.mark.parametrize(
    ("asked", "words", "field", "value"),
    [
        (Question.EXPOSED, "det var min kollega", "exposed", Exposed.COLLEAGUE_KNOWS),
        (
            Question.EXPOSED,
            "en kollega som inte vet, hon vet inte om det",
            "exposed",
            Exposed.COLLEAGUE_UNAWARE,
        ),
        (Question.EXPOSED, "jag såg det hända", "exposed", Exposed.WITNESSED),
        (Question.EXPOSED, "mig själv", "exposed", Exposed.SELF),
        (Question.WHICH_MANAGER, "min närmaste chef", "which_manager", ManagerRank.NEAREST),
        (Question.WHICH_MANAGER, "chefens chef", "which_manager", ManagerRank.ABOVE),
        (Question.WHICH_MANAGER, "vill inte säga", "which_manager", ManagerRank.UNKNOWN),
        (Question.SERIES, "nej", "series", NO_SERIES),
        (Question.SERIES, "ja", "series", "OP-2026-000001"),
        (Question.SERIES, "vet inte", "series", NO_SERIES),
        (Question.POLICE_REASON, "inget brott", "police_reason", PoliceReason.NO_CRIME),
        (Question.POLICE_REASON, "orkar inte", "police_reason", PoliceReason.UNWILLING),
        (Question.POLICE_REASON, "vet ej", "police_reason", PoliceReason.UNKNOWN),
        (Question.SEPARATE, "ja", "separate", True),
        (Question.SEPARATE, "nej det hör ihop", "separate", False),
    ],
)
def test_typed_answers_to_the_rarer_questions(
    asked: Question, words: str, field: str, value: object
) -> None:
    answers = Answers(description="x", earlier=(Reference("OP-2026-000001"),))

    assert getattr(after(answers, asked, words), field) == value


def test_no_police_report_asks_why_and_any_other_wish_does_not() -> None:
    answers = builders.answers(send=False, support=None)

    assert next_question(answers.having(police=PoliceWish.NO)) is Question.POLICE_REASON
    assert next_question(answers.having(police=PoliceWish.UNSURE)) is Question.SUPPORT


@pytest.mark.parametrize(
    ("exposed", "skipped"),
    [
        (Exposed.SELF, set()),
        (Exposed.COLLEAGUE_KNOWS, {Question.SUPPORT}),
        (Exposed.EMPLOYEE, {Question.SUPPORT}),
        (Exposed.WITNESSED, {Question.POLICE}),
        (Exposed.COLLEAGUE_UNAWARE, {Question.POLICE, Question.SUPPORT}),
    ],
)
def test_wishes_are_asked_only_of_whoever_knows_them(
    exposed: Exposed, skipped: set[Question]
) -> None:
    answers = builders.answers(send=False, police=None, support=None, exposed=exposed)

    asked = set()
    while (question := next_question(answers)) is not Question.SEND:
        assert question
        asked.add(question)
        answers = answers.having(**(meaning(question, Said(text="vet ej"), answers) or {}))

    assert {Question.POLICE, Question.SUPPORT} - asked == skipped


def test_employee_is_offered_to_managers_only() -> None:
    assert Exposed.EMPLOYEE not in offered(Question.EXPOSED, Answers())
    assert Exposed.EMPLOYEE in offered(Question.EXPOSED, Answers(is_manager=True))


def test_colleague_who_was_exposed_is_not_taken_for_the_influencer() -> None:
    facts = Facts(
        types=(THREAT,),
        perpetrator=Perpetrator.COLLEAGUE,
        signs=frozenset({Sign.ABOUT_SOMEBODY_ELSE}),
    )

    answers = Answers(**told(Said(text="min kollega blev hotad", facts=facts), Answers()))

    assert answers.perpetrator is None


def test_addition_asks_for_the_words_and_the_yes_alone() -> None:
    answers = Answers(amends=Reference("OP-2026-000001"), adding=True, types=(THREAT,))

    assert next_question(answers) is Question.DESCRIPTION
    written = answers.having(description="mer")
    assert next_question(written) is Question.SEND
    assert outcome(written) is Outcome.AMENDMENT
