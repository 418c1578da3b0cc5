"""The papers of a report: what is in them, on one page, readable aloud, and nothing lost."""

import io
import re
from collections import Counter
from dataclasses import replace
from unicodedata import name, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from actions.wording import Wording
from bot.papers import Sheet, as_pdf, as_text, police_sheet, receipt_sheet
from casework.papers import NextStep, PoliceFacts, ReceiptFacts, police_facts
from casework.schema import Unit
from casework.vocabulary import Area, Channel, PoliceWish, Status
from tests import builders
from tests.builders import NOON

CONTENT = builders.content()
NOT_FOR_THE_POLICE = ["Sam Exempelsson", "Företagshälsovård", "Ville påverka", "Stödet", "hemlig"]
LONG_STORY = "Han ringde igen och sa ”jag vet var du bor” – och skrattade. " * 130
WESTERN = st.characters(max_codepoint=0x17F) | st.sampled_from("–—”’…€😡🔪🙏❤☆漢")
"""What a text extractor gives back in the order in which it stands."""


def facts(**changes: object) -> PoliceFacts:
    unit = Unit(id="norr", name="Barn och familj norr", address="Påhittsgatan 3", phone="08-465")
    return replace(police_facts(builders.shown(), NOON, unit), **changes)  # type: ignore[arg-type]


def receipt(**changes: object) -> ReceiptFacts:
    steps = (NextStep("ta_emot", NOON), NextStep("samtal", NOON))
    shown = builders.shown(**changes)
    return ReceiptFacts(shown, NOON, "Mio Exempelkvist", steps)


def sheet(description: str) -> Sheet:
    return police_sheet(CONTENT, facts(description=description))


def pages(drawn: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(drawn)).pages]


def told(drawn: bytes) -> str:
    """The text of all pages without their footers, squeezed."""
    return squeezed("".join(page.split("Händelse OP-2026-000001")[0] for page in pages(drawn)))


def squeezed(text: str) -> str:
    """A text without white space and marks where a line may end; accents follow their letters."""
    return normalize("NFD", re.sub(r"[\s\u200b]", "", text))


def test_paper_for_the_police_says_all_that_is_to_be_said() -> None:
    text = as_text(police_sheet(CONTENT, facts()))

    for said in (
        "Det är ingen polisanmälan",
        "114 14",
        "Ring 112 om det är bråttom",
        "Barn och familj norr. Säg att det gäller tjänsteutövningen",
        "Område: Barn och familj",
        "När: torsdag 19 november 2026",
        "Rapporterat: fredag 20 november 2026 kl. 12.00",
        "Telefon",
        "Anhörig till brukare",
        "”Han sa: ”jag vet var du bor”. Jag blev rädd.”",
        "samtalslista",
        "Påhittsgatan 3, telefon 08-465",
        "Säg att du inte vill att din bostadsadress och ditt privata nummer antecknas. "
        "Be att anmälan åtkomstskyddas.",
        "Att arbetsgivaren anmäler",
        "diagnoser, familjehistoria",
        "Tidigare händelser",
        "K-nummer",
        "Anmält den",
        "Anmält av",
        "OP-2026-000001",
    ):
        assert said in text, said


def test_paper_for_the_police_holds_nothing_unneeded() -> None:
    text = as_text(police_sheet(CONTENT, facts()))

    assert not [words for words in NOT_FOR_THE_POLICE if words in text]


def test_what_is_not_known_is_said_to_be_so_or_left_out() -> None:
    text = as_text(police_sheet(CONTENT, facts(occurred=None, area=Area.UNKNOWN, workplace="")))

    assert "När: Vet ej" in text
    assert "Område" not in text
    assert "fråga din chef vilken adress som gäller" in text


def test_receipt_says_what_was_sent_who_has_it_and_what_happens_now() -> None:
    text = as_text(receipt_sheet(CONTENT, receipt()))

    assert "Nummer: OP-2026-000001" in text
    assert "Inskickad: fredag 20 november 2026 kl. 12.00" in text
    assert "Den som har rapporten: Mio Exempelkvist" in text
    for label, value in Wording(CONTENT.taxonomy).rows(builders.shown()):
        assert f"{label}: {value}" in text
    assert "Ta emot rapporten och tacka, senast fredag 20 november" in text
    assert "Du får besked i Lotsen när rapporten är mottagen" in text
    assert "säga det till Mio Exempelkvist" in text


def test_receipt_of_a_received_report_does_not_say_that_it_waits() -> None:
    text = as_text(receipt_sheet(CONTENT, receipt(status=Status.ACKNOWLEDGED)))

    assert "när rapporten är mottagen" not in text
    assert "Läget när kvittot gjordes: Mottagen" in text


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("wish", PoliceWish)
def test_paper_fits_on_one_page(channel: Channel, wish: PoliceWish) -> None:
    usual = police_sheet(CONTENT, facts(channel=channel, wish=wish))

    assert len(pages(as_pdf(usual))) == 1
    assert len(pages(as_pdf(receipt_sheet(CONTENT, receipt(channel=channel))))) == 1


def test_pdf_and_text_say_the_same() -> None:
    for drawn in (police_sheet(CONTENT, facts()), receipt_sheet(CONTENT, receipt())):
        (page,) = pages(as_pdf(drawn))
        for line in as_text(drawn).splitlines()[1:]:
            said = line.removeprefix("• ").removesuffix(": " + "_" * 40)
            assert squeezed(said).casefold() in squeezed(page).casefold(), line


@pytest.mark.parametrize("story", [LONG_STORY, "x" * 8_000], ids=["story", "one word"])
def test_long_story_goes_on_on_the_next_page_without_loss(story: str) -> None:
    drawn = as_pdf(sheet(story))

    assert len(pages(drawn)) > 1
    assert squeezed(story) in told(drawn)


def test_pdf_can_be_read_aloud() -> None:
    reader = PdfReader(io.BytesIO(as_pdf(police_sheet(CONTENT, facts()))))
    root = reader.root_object

    assert str(root["/Lang"]) == "sv-SE"
    assert "/MarkInfo" in root
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "Underlag för polisanmälan"


@pytest.mark.parametrize(
    "story",
    [
        "åäö ÅÄÖ é ü ”citat” ’x’ « – … €",
        '#set page(fill: red) *fet* _kursiv_ [a] $x$ <b> @k // `r` \\ "',
        "Han skrev 🔪😡 och sen 🙏🏽 ❤️ 👨‍👩‍👧",
        "Убью тебя",
        "rad ett\nrad två\n\nrad\ttre",
        "{workplace} {0[reference]}",
    ],
)
def test_story_stands_as_it_was_typed(story: str) -> None:
    assert squeezed(story) in told(as_pdf(sheet(story)))
    assert story in as_text(sheet(story))


def test_character_without_a_picture_is_written_as_its_name() -> None:
    drawn = told(as_pdf(sheet("Han skrev 漢 ☆ och \x07")))

    for spelled in ("[CJK UNIFIED IDEOGRAPH-6F22]", "[WHITE STAR]", "[U+0007]"):
        assert squeezed(spelled) in drawn


@settings(deadline=None)
@given(st.text(WESTERN))
def test_pdf_holds_any_western_text_in_its_order(text: str) -> None:
    drawn = told(as_pdf(sheet(f"A{text}B")))

    in_order = "".join(_as_itself_or_by_name(c) for c in f"A{text}B")
    assert re.search(in_order, drawn)


@settings(deadline=None)
@given(st.text())
def test_pdf_holds_every_character_of_any_text(text: str) -> None:
    drawn = told(as_pdf(sheet(text)))

    for character, times in Counter(text).items():
        assert len(re.findall(_as_itself_or_by_name(character), drawn)) >= times


def _as_itself_or_by_name(character: str) -> str:
    """A pattern for a character as it is found in a squeezed text."""
    spelled = squeezed(f"[{name(character, f'U+{ord(character):04X}')}]")
    return f"(?:{re.escape(squeezed(character))}|{re.escape(spelled)})"
