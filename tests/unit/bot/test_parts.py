"""Texts are taken apart where it hurts least, and nothing of them is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.parts import split, utf16

TEXTS = st.text(alphabet=st.sampled_from("aö 😡.!\n\t•*å-"), max_size=400) | st.text(max_size=200)


@given(TEXTS, st.integers(min_value=2, max_value=60))
def test_every_piece_can_be_carried_and_nothing_but_space_is_lost(text: str, longest: int) -> None:
    for measure in (len, utf16):
        pieces = split(text, longest, measure)

        assert all(measure(piece) <= longest for piece in pieces)
        assert "".join("".join(pieces).split()) == "".join(text.split())
        assert pieces == [""] or all(piece.strip() == piece and piece for piece in pieces)


@given(TEXTS)
def test_text_that_can_be_carried_stays_whole(text: str) -> None:
    assert split(text, max(1, utf16(text)), utf16) == [text.strip()]


def test_joints_are_paragraphs_then_sentences_then_words() -> None:
    assert split("Ett två. Tre.\n\nFyra fem.", 20) == ["Ett två. Tre.", "Fyra fem."]
    assert split("Ett två tre. Fyra fem sex.", 18) == ["Ett två tre.", "Fyra fem sex."]
    assert split("ett två tre fyra", 9) == ["ett två", "tre fyra"]
    assert split("sammansättningar", 10) == ["sammansätt", "ningar"]


def test_emoji_count_as_the_platform_counts_them() -> None:
    assert utf16("å😡") == 3
    assert split("😡😡😡", 4, utf16) == ["😡😡", "😡"]
