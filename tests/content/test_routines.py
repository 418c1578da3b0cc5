"""The routine texts: plain to read, resting on sources, and leading on to each other."""

import re
from datetime import datetime

import pytest

from casework.clock import SWEDEN
from casework.routines import Routine, load_routines
from tests.content.texts import lix
from tests.lotsen_process import ROOT

ROUTINES = load_routines(ROOT / "data")
TEXTS = pytest.mark.parametrize("text", ROUTINES.texts, ids=lambda text: text.name)
HARDEST = 40
"""LIX; our choice, Björnsson calls 30-40 easy."""
PUBLISHED = frozenset(
    re.findall(
        r"\w+",
        """
        definition rapportera polisanmalan stod_krisstod foretagshalsovard skyddsombud_facket
        sociala_medier_uthangning gavor_mutor jav sjalvmordshot riskbedomning hembesok
        chefens_ansvar uppfoljning visselblasning sekretess_anonymitet skyddade_uppgifter
        arbetsmiljoverket_forsakringskassan apt_utbildning akut_fara_112 larm_retrattvag
        dubbelhandlaggning polis_kontakt
        """,
    )
)
"""Topics that others rely on (docs/interfaces.md)."""
NUMBERS = {"112", "114 14", "116 006", "010-730 90 00"}
"""Emergency, police, Brottsofferjouren, Arbetsmiljöverket."""
PLACES_OF_LAW = re.compile(
    r"\b(?:AFS )?\d{4}:\d+|\bdnr [\w :/-]+|\b\d+(?: [a-e])?(?:[–-]\d+)? (?:kap\.|kapitlet|§+)"
)
NUMBER = re.compile(r"\d[\d -]*\d")
SENTENCE_END = re.compile(r"[.?!](?=[\s”]|$)")
UNWANTED = {
    "officialese": r"\b((?<!vet )ej|vänligen|erhåll\w*|avseende|beträffande|jämlikt|"
    r"vederbörande\w*|erforderlig\w*|tillse|åligger|dock)\b",
    "a raised voice": "!",
    "a mark that was forgotten": r"@@|TODO|XXX|\?\?|\bhttp",
}


def whole(text: Routine) -> str:
    """All that a reader reads of a text itself."""
    parts = (f"{part.heading}\n{part.text}" for part in text.sections)
    return "\n".join([text.title, text.answer, *parts])


def test_there_are_texts_for_all_published_topics() -> None:
    assert len(PUBLISHED) == 23
    assert {text.topic for text in ROUTINES.texts} >= PUBLISHED
    assert len(ROUTINES.texts) >= 35


def test_every_topic_has_its_main_text() -> None:
    assert {text.topic for text in ROUTINES.texts} <= set(ROUTINES.by_name)


@TEXTS
def test_text_is_easy_to_read(text: Routine) -> None:
    assert lix(whole(text)) <= HARDEST


@TEXTS
def test_answer_is_short(text: Routine) -> None:
    assert "\n" not in text.answer
    assert 1 <= len(SENTENCE_END.findall(text.answer)) <= 4


@TEXTS
@pytest.mark.parametrize("what", UNWANTED)
def test_text_holds_no(text: Routine, what: str) -> None:
    assert re.findall(UNWANTED[what], whole(text), re.IGNORECASE) == []


@TEXTS
def test_text_names_no_other_phone_number(text: Routine) -> None:
    plain = PLACES_OF_LAW.sub("", whole(text))

    found = {number for number in NUMBER.findall(plain) if len(re.sub(r"\D", "", number)) > 2}

    assert {n for n in found if not re.fullmatch(r"(19|20)\d\d", n)} <= NUMBERS


@TEXTS
def test_text_has_an_owner_who_has_seen_it_over(text: Routine) -> None:
    assert text.about.owner in ("hr", "security", "legal")
    assert text.about.valid_from <= datetime.now(SWEDEN).date()


@TEXTS
def test_text_rests_on_sources_and_names_whom_to_turn_to(text: Routine) -> None:
    assert text.about.sources
    assert set(text.about.sources) <= set(ROUTINES.sources)
    assert text.about.contacts


@TEXTS
def test_text_leads_on_to_two_to_four_others(text: Routine) -> None:
    related = ROUTINES.related(text)

    assert 2 <= len(related) <= 4
    assert [other.name for other in related] == list(text.about.related)


def test_every_source_and_local_rule_is_used() -> None:
    used = {source for text in ROUTINES.texts for source in text.about.sources}
    asked = {rule for text in ROUTINES.texts for rule in text.about.local}

    assert set(ROUTINES.sources) - used == set()
    assert set(ROUTINES.local_rules) - asked == set()


def test_every_text_stands_under_a_heading_of_its_own_topic() -> None:
    grouped = [text.name for group in ROUTINES.groups for text in group.texts]

    assert sorted(grouped) == sorted(ROUTINES.by_name)
    assert ROUTINES.groups[-1].heading != list(ROUTINES.headings)[-1]
