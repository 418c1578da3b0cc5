"""A masked text names nobody, and still says what was done."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.masking import mask

PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+]?\d{4}(?!\d)")
PIECES = st.sampled_from(
    [
        "19790213-4216",
        "790213+4216",
        "7902134216",
        "070-174 06 21",
        "Karin",
        "heter hassan",
        "M. P",
        "Storgatan 4",
        "[namn]",
        "[",
        "]",
        "DKL 47P",
        "a@b.se",
        "dnr 2026/12",
        "och",
        " ",
        ". ",
        "1",
    ]
)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jag heter hassan", "jag heter [namn]"),
        ("min chef Karin Lindqvist ringde", "min chef [namn] ringde"),
        ("född 19790213-4216", "född [personnummer]"),
        ("790213+4217 och 197902134216", "[personnummer] och [personnummer]"),
        ("ring 070-174 06 21", "ring [telefonnummer]"),
        ("skrev från anna.b@post.example igår", "skrev från [e-post] igår"),
        ("han bor på Storgatan 14 B", "han bor på [adress]"),
        ("bilen DKL 47P stod där", "bilen [regnummer] stod där"),
        ("Ärende SP-1188/26 och dnr 2026/0913", "Ärende [ärendenummer] och dnr [ärendenummer]"),
    ],
)
def test_mask_names_and_numbers_become_placeholders(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Han slog mig i huvudet med en sten och sa att han ska döda mig",
        "Hans bror stod vid min bil kl 14.30 den 12 november 2026",
        "Inga hot, men han var inte klar med sitt ärende på Försäkringskassan",
        "de ringde 38 gånger och krävde 14 000 kr i LVU-ärendet",
    ],
)
def test_mask_what_was_done_stays(text: str) -> None:
    assert mask(text) == text


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)))
def test_mask_any_text_is_idempotent_and_leaves_no_personal_number(text: str) -> None:
    masked = mask(text)

    assert mask(masked) == masked
    assert not PERSONAL_NUMBER.search(masked)
