"""What people type about a step, or about how they are, is understood by its words alone."""

import pytest

from actions import errands
from actions.errands import Errand, errand
from casework.vocabulary import ReportedBy, SupportGiven, Wellbeing

SAID = ("pratade", "pratat", "polis*")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Klart!", Errand.DONE),
        ("jag pratade med henne i morse", Errand.DONE),
        ("polisanmälan är gjord", Errand.DONE),
        ("påminn mig i morgon", Errand.LATER),
        ("jag hinner inte i dag", Errand.LATER),
        ("jag pratar med henne i morgon", Errand.LATER),
        ("det behövs inte för hon har tackat nej", Errand.NOT_NEEDED),
        ("jag behöver hjälp", Errand.HELP),
        ("jag vet inte hur jag ska göra", Errand.HELP),
        ("kan Kim ta den?", Errand.OTHER),
        ("någon annan får ta över", Errand.OTHER),
        ("vad ska jag göra?", Errand.NEXT),
        ("vad väntar på mig", Errand.NEXT),
        ("vad återstår?", Errand.ALL),
        ("ångra", Errand.UNDO),
        ("det räcker för i dag", Errand.ENOUGH),
    ],
)
def test_an_errand_is_understood(text: str, meant: Errand) -> None:
    typed = errand(text, SAID)

    assert typed
    assert typed.errand is meant


@pytest.mark.parametrize(
    "text",
    [
        "jag har inte pratat med henne",
        "jag ska polisanmäla",
        "borde jag ha pratat med polisen?",
        "hej",
        "tack",
        "en klient skrek på mig",
    ],
)
def test_nothing_is_noted_as_done_that_was_not_said(text: str) -> None:
    assert errand(text, SAID) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("det behövs inte för hon har tackat nej", "hon har tackat nej"),
        ("Inte aktuellt eftersom Risken är liten", "Risken är liten"),
        ("hon har tackat nej", "hon har tackat nej"),
        ("det behövs inte", ""),
    ],
)
def test_the_reason_is_kept_in_the_persons_own_words(text: str, reason: str) -> None:
    typed = errand(text)

    assert typed
    assert typed.errand is Errand.NOT_NEEDED
    assert typed.reason == reason


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("vi gjorde det", ReportedBy.EMPLOYER),
        ("hon anmälde själv", ReportedBy.EXPOSED),
        ("en väktare", ReportedBy.OTHER),
        ("ingen har anmält", None),
    ],
)
def test_who_reported_is_understood(text: str, who: ReportedBy | None) -> None:
    assert errands.reporter(text) is who


@pytest.mark.parametrize("text", ["i fredags", "nä jag vet inte", "ingen aning"])
def test_who_reported_is_not_guessed(text: str) -> None:
    with pytest.raises(LookupError):
        errands.reporter(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("5000-K123456-26", True), ("det är K 123456-26", True), ("inte än", False), ("K", False)],
)
def test_the_number_of_the_police_has_digits(text: str, is_one: bool) -> None:
    assert errands.is_number(text) is is_one


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("bra", Wellbeing.GOOD),
        ("mycket bättre nu", Wellbeing.GOOD),
        ("inte så bra", Wellbeing.BAD),
        ("jag sover dåligt", Wellbeing.BAD),
        ("sådär", Wellbeing.SO_SO),
        ("i fredags", None),
    ],
)
def test_how_somebody_is_is_understood(text: str, how: Wellbeing | None) -> None:
    assert errands.wellbeing(text) is how


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("ja", SupportGiven.YES),
        ("delvis", SupportGiven.PARTLY),
        ("nej, ingen har ringt", SupportGiven.NO),
        ("jag ville inte ha något", SupportGiven.UNWANTED),
        ("i fredags", None),
    ],
)
def test_whether_the_support_was_enough_is_understood(
    text: str, given: SupportGiven | None
) -> None:
    assert errands.support(text) is given


def test_somebody_may_ask_not_to_be_asked() -> None:
    assert errands.wants_no_more_questions("sluta fråga mig")
    assert not errands.wants_no_more_questions("bra")
