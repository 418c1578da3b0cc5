"""Texts of content become HTML that holds nothing but text, lists and links."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markdown import as_html


def test_paragraphs_lists_and_bold_are_what_texts_hold() -> None:
    assert as_html("Säg **nej**.\n\n- Ett\n- Två") == (
        "<p>Säg <strong>nej</strong>.</p>\n<ul>\n<li>Ett</li>\n<li>Två</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    ("number", "called"),
    [
        ("112", "112"),
        ("114 14", "11414"),
        ("116 006", "116006"),
        ("010-730 90 00", "0107309000"),
        ("+46 8 465 004 00", "+46846500400"),
    ],
)
def test_phone_number_can_be_called(number: str, called: str) -> None:
    html = as_html(f"Ring *{number}*, eller vänta.")

    assert f'<a href="tel:{called}" class="phone">{number}</a>' in html


@pytest.mark.parametrize("text", ["112 kr", "AFS 2023:112", "§ 112", "1136-2015", "[112](/x)"])
def test_other_numbers_are_not_called(text: str) -> None:
    assert "tel:" not in as_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        "[x](data:text/html,<script>)",
    ],
)
def test_nothing_of_a_text_can_run_or_be_fetched(text: str) -> None:
    html = as_html(text)

    assert not re.search(r"<script|<img|href=.(javascript|data)", html)


def test_headings_stand_under_those_of_the_page() -> None:
    assert as_html("# Ett\n\n### Två", 4) == "<h4>Ett</h4>\n<h4>Två</h4>\n"


@given(text=st.text())
def test_any_text_gives_only_known_tags(text: str) -> None:
    tags = set(re.findall(r"</?([a-zA-Z0-9]+)", as_html(text)))

    known = "p strong em ul ol li a br hr code blockquote h3"
    assert tags <= set(known.split())
