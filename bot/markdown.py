"""Turns the Markdown of the routine texts into HTML that holds nothing but text, lists and links.

A phone number becomes a link to call it, as in the chat (`bot/pages/chat/format.js`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

_GAP = "[ \u00a0\u202f]"
_SHORT_NUMBER = rf"112(?!{_GAP}*(?:kr|kronor|procent|%|§))|114{_GAP}?14|116{_GAP}?\d{{3}}"
_AREA = rf"(?:\+46{_GAP}?[1-9]\d{{0,2}}|0[1-9]\d{{0,2}})"
_LONG_NUMBER = rf"{_AREA}(?:[-–]|{_GAP})\d{{2,3}}(?:{_GAP}?\d{{2,3}}){{1,3}}"
_PHONE = re.compile(
    rf"(?<!§{_GAP})(?<![\w+§/:.,–-])({_LONG_NUMBER}|07\d{{8}}|{_SHORT_NUMBER})(?!\w|[-–/:.,]\d)"
)
_NO_PLACE_FOR = ["image", "code", "fence", "html_block", "html_inline"]


@lru_cache(maxsize=4096)
def as_html(text: str, level: int = 3) -> Markup:
    """A text as HTML; what would be markup of its own is shown as it was written.

    Args:
        text: Markdown from a content file.
        level: of any heading in it, which stands under those of the page.
    """
    return Markup(_MARKDOWN.render(text, {"level": level}))  # noqa: S704  html is off in it


def _link_phones(state: StateCore) -> None:
    for block in state.tokens:
        if block.type == "inline":
            block.children = list(_with_phones(block.children or []))


def _level_headings(state: StateCore) -> None:
    for block in state.tokens:
        if block.type in ("heading_open", "heading_close"):
            block.tag = f"h{state.env['level']}"


def _with_phones(tokens: Iterable[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            depth += token.nesting
        if token.type == "text" and depth == 0:
            yield from _split(token.content)
        else:
            yield token


def _split(text: str) -> Iterator[Token]:
    for number, part in enumerate(_PHONE.split(text)):
        is_phone = number % 2 == 1
        if is_phone:
            digits = re.sub(r"[^\d+]", "", part)
            yield Token("link_open", "a", 1, attrs={"href": f"tel:{digits}", "class": "phone"})
        yield Token("text", "", 0, content=part)
        if is_phone:
            yield Token("link_close", "a", -1)


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(_NO_PLACE_FOR)
_MARKDOWN.core.ruler.push("phones", _link_phones)
_MARKDOWN.core.ruler.push("headings", _level_headings)
