"""What Lotsen says as Teams takes it, and what comes back of it."""

import json
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot import texts
from bot.channels.teams import TeamsChannel
from bot.offers import NOTHING_TICKED, Content, NothingTicked, Offers
from bot.parts import Button, Part, utf16
from bot.teams_cards import CARD, markdown, message, token

MOST_BYTES = 28 * 1024
CAN = TeamsChannel.can


def card_of(part: Part) -> dict[str, Any]:
    (attachment,) = message(part).attachments or []
    assert attachment.content_type == CARD
    content = attachment.content
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("*Ring 112* om det är fara.", "**Ring 112** om det är fara."),
        ("Skriv */unlink* nu", "Skriv **/unlink** nu"),
        ("2*3*4 och a * b", "2\\*3\\*4 och a \\* b"),
        ("En rad\nen till\n\nett stycke", "En rad\n\nen till\n\nett stycke"),
        ("Detta:\n• ett\n• *två*\nslut", "Detta:\n\n- ett\n- **två**\n\nslut"),
        ("• ett\n  fortsätter", "- ett fortsätter"),
        ("På https://lotsen.example/a_b_c?d_e=f.", "På https://lotsen.example/a_b_c?d_e=f."),
        ("[Klicka](javascript:x) <b>", "\\[Klicka\\](javascript:x) \\<b\\>"),
        ("# Rubrik\n1. ett\n- två", "\\# Rubrik\n\n1\\. ett\n\n\\- två"),
        ("", ""),
    ],
)
def test_text_is_written_as_markdown(said: str, written: str) -> None:
    assert markdown(said) == written


@pytest.mark.parametrize(
    "typed",
    [
        "[Visa händelsen](https://evil.example)",
        "![bild](https://evil.example/x.png)",
        "<a href='https://evil.example'>här</a>",
        "<https://evil.example>",
        "`kod` ~~struket~~ _lutande_ __fett__",
        "| a | b |\n| --- | --- |\n| c | d |",
        "> citat",
        "```\nkod\n```",
    ],
)
def test_what_a_person_wrote_means_nothing_as_markdown(typed: str) -> None:
    shown = MarkdownIt("commonmark", {"html": True}).enable(["strikethrough", "table"])
    tokens = shown.parse(markdown(typed))

    kinds = {inner.type for outer in tokens for inner in (outer, *(outer.children or ()))}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "softbreak"}


def test_choices_are_a_card_and_the_text_stands_without_it() -> None:
    said = message(Part("*Stämmer det?*", (Button("Ja", "/yes"), Button("Nej", "/no"))))

    assert said.text == "**Stämmer det?**"
    assert said.summary == "Stämmer det?"
    card = card_of(Part("Stämmer det?", (Button("Ja", "/yes"), Button("Nej", "/no"))))
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
    assert card["fallbackText"] == texts.TEAMS_WITHOUT_CARDS.format(choices="Ja, Nej")
    actions = [action for row in card["body"] for action in row["actions"]]
    assert [a["type"] for a in actions] == ["Action.Submit"] * 2
    assert [(a["title"], token(a["data"])) for a in actions] == [("Ja", "/yes"), ("Nej", "/no")]


def test_message_without_choices_is_text_only() -> None:
    said = message(Part("Hej"))

    assert said.text == "Hej"
    assert not said.attachments


SEVERAL = {
    "text": "Vilka?",
    "multiple": True,
    "choices": [
        {"title": "Hot", "payload": '/answer{"types":"hot"}'},
        {"title": "Våld", "payload": '/answer{"types":"vald"}'},
        {"title": "Annat", "payload": '/answer{"types":"annat"}'},
    ],
}


@pytest.mark.parametrize("is_restarted", [False, True])
def test_several_choices_are_ticked_and_sent_together(is_restarted: bool) -> None:
    offers = Offers(CAN, "https://lotsen.example")
    (part,) = offers.parts(SEVERAL)
    boxes, done = card_of(part)["body"]
    assert (boxes["type"], boxes["isMultiSelect"]) == ("Input.ChoiceSet", True)
    assert [choice["title"] for choice in boxes["choices"]] == ["Hot", "Våld", "Annat"]
    (action,) = done["actions"]
    assert action["title"] == texts.READY
    if is_restarted:
        offers = Offers(CAN, "https://lotsen.example")

    back = token(json.loads(json.dumps(action["data"])) | {boxes["id"]: "0,2"})

    assert back is not None
    chosen = '/answer{"types":"hot"} /answer{"types":"annat"}'
    assert offers.tapped(back) == Content({"payload": chosen})


@pytest.mark.parametrize("picked", ["", "7", "-1", "x", "²", None])
def test_nothing_ticked_is_said_to_be_nothing(picked: str | None) -> None:
    back = token({"tokens": ["/a", "/b"], "picked": picked})

    assert back == NOTHING_TICKED
    assert Offers(CAN, "").tapped(back) == NothingTicked()


@pytest.mark.parametrize("value", [None, "text", 7, [], {}, {"token": 7}, {"tokens": "abc"}])
def test_what_is_no_card_of_ours_is_no_choice(value: object) -> None:
    assert token(value) is None


@pytest.mark.parametrize("letter", ["x", "å", "😡", "*", '"'])
def test_longest_message_with_most_choices_is_what_teams_carries(letter: str) -> None:
    text = letter * (CAN.longest_text // utf16(letter))
    titles = [f"{n} {letter * 50}"[: CAN.longest_title] for n in range(CAN.most_choices)]
    buttons = tuple(
        Button(title, f"/answer{{'question':'{n}'}}") for n, title in enumerate(titles)
    )

    for several in (False, True):
        said = message(Part(text, buttons, several=several))
        sent = said.model_dump(by_alias=True, exclude_unset=True, mode="json")
        assert utf16(json.dumps(sent, ensure_ascii=False)) <= MOST_BYTES
