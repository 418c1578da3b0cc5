"""What Lotsen says as Microsoft Teams takes it: Markdown, and choices as an Adaptive Card."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from microsoft_agents.activity import Activity, Attachment

from bot import texts
from bot.offers import NOTHING_TICKED
from bot.parts import Button, Part

CARD = "application/vnd.microsoft.card.adaptive"

_PICKED = "picked"
_LONGEST_SUMMARY = 120
_ADDRESS = re.compile(r"https?://[^\s\\`*<>|~()\[\]\"']+")
_STRONG = re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])")
_MEANS_SOMETHING = re.compile(r"[\\`*_\[\]<>~|]|^(?:#+|[-+]|\d+[.)])(?= )")


def message(part: Part) -> Activity:
    """A part as a message; its choices are a card below the text, which says all by itself."""
    activity = Activity(type="message", text=markdown(part.text), text_format="markdown")
    if part.buttons:
        activity.attachments = [Attachment(content_type=CARD, content=_card(part))]
        activity.summary = _first_line(part.text)
    return activity


def token(value: object) -> str | None:
    """What was chosen on a card, as `bot.offers` wants it; None for what is no card of ours."""
    match value:
        case {"token": str(token)}:
            return token
        case {"tokens": [*tokens], **others}:
            return _ticked(tokens, str(others.get(_PICKED) or "")) or NOTHING_TICKED
        case _:
            return None


def markdown(text: str) -> str:
    """A text of the chat (docs/interfaces.md) as Teams' Markdown.

    What a person wrote means nothing there: no link, heading or picture comes of it.
    """
    blocks = [_block(block.split("\n")) for block in re.split(r"\n\s*\n", text)]
    return "\n\n".join(blocks)


def _block(lines: Sequence[str]) -> str:
    """A paragraph, or a list; a line that is not an item begins a line of its own."""
    out = ""
    for number, line in enumerate(lines):
        is_item, goes_on = line.startswith("• "), line.startswith(" ")
        if number:
            out += "\n" if is_item and lines[number - 1].startswith("• ") else "\n\n"
        if goes_on:
            out = out.rstrip("\n") + " "
        out += f"- {_inline(line[2:])}" if is_item else _inline(line.strip())
    return out


def _inline(line: str) -> str:
    """Emphasis as it is written there; addresses as they are, everything else as words."""
    out, at = "", 0
    for address in _ADDRESS.finditer(line):
        out += _words(line[at : address.start()]) + address[0]
        at = address.end()
    return out + _words(line[at:])


def _words(text: str) -> str:
    out, at = "", 0
    for strong in _STRONG.finditer(text):
        out += f"{_plain(text[at : strong.start()])}**{_plain(strong[1])}**"
        at = strong.end()
    return out + _plain(text[at:])


def _plain(text: str) -> str:
    return _MEANS_SOMETHING.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", text)


def _card(part: Part) -> dict[str, Any]:
    titles = ", ".join(button.title for button in part.buttons)
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": texts.TEAMS_WITHOUT_CARDS.format(choices=titles),
        "body": _boxes(part.buttons) if part.several else [_row(b) for b in part.buttons],
    }


def _row(button: Button) -> dict[str, Any]:
    """A button in a row of its own, so that long words are not cut off."""
    return _submit(button.title, {"token": button.token})


def _boxes(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    choices = [{"title": button.title, "value": str(n)} for n, button in enumerate(buttons)]
    boxes = {
        "type": "Input.ChoiceSet",
        "id": _PICKED,
        "label": texts.TEAMS_PICK_SEVERAL,
        "style": "expanded",
        "isMultiSelect": True,
        "wrap": True,
        "choices": choices,
    }
    return [boxes, _submit(texts.READY, {"tokens": [button.token for button in buttons]})]


def _submit(title: str, data: Mapping[str, object]) -> dict[str, Any]:
    action = {"type": "Action.Submit", "title": title, "data": data}
    return {"type": "ActionSet", "spacing": "Small", "actions": [action]}


def _ticked(tokens: Sequence[object], picked: str) -> str:
    """The tokens of the boxes that are ticked, apart by a space."""
    numbers = [int(n) for n in picked.split(",") if re.fullmatch(r"[0-9]{1,3}", n)]
    return " ".join(str(tokens[n]) for n in numbers if n < len(tokens))


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0].replace("*", "")
    return line if len(line) <= _LONGEST_SUMMARY else f"{line[: _LONGEST_SUMMARY - 1]}…"
