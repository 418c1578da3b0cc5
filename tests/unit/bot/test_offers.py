"""What is offered in a chat elsewhere, and what comes back."""

from dataclasses import replace
from typing import Any

import pytest

from bot import texts
from bot.messages import File
from bot.offers import GONE, Changed, Content, NothingTicked, Offers, Wanted
from bot.parts import Capabilities

CAN = Capabilities(
    longest_text=200,
    buttons=True,
    most_choices=4,
    longest_title=20,
    longest_payload=20,
    edits=True,
    documents=True,
)
PAGE = "https://lotsen.example"
LONG = '/show_incident{"reference":"OP-2026-000001"}'


def message(*titles: str, **extras: Any) -> dict[str, Any]:
    choices = [{"title": title, "payload": f'/answer{{"q":"{title}"}}'} for title in titles]
    return {"type": "message", "text": "Vad?", "choices": choices, **extras}


def offers(**changes: Any) -> Offers:
    return Offers(replace(CAN, **changes), PAGE)


def test_buttons_bring_back_what_they_stand_for_within_the_limit() -> None:
    offer = offers()
    frame = {"text": "Ny", "choices": [{"title": "Visa", "payload": LONG}]}
    (part,) = offer.parts(frame)

    (button,) = part.buttons
    assert len(button.token.encode()) <= CAN.longest_payload
    assert offer.tapped(button.token) == Content({"payload": LONG})


def test_same_choice_has_the_same_button_after_a_restart() -> None:
    frame = {"text": "Ny", "choices": [{"title": "Visa", "payload": LONG}]}

    assert offers().parts(frame) == offers().parts(frame)


def test_button_that_is_not_remembered_stands_for_something_gone() -> None:
    token = offers().parts({"text": "", "choices": [{"title": "Visa", "payload": LONG}]})[0]

    assert offers().tapped(token.buttons[0].token) == Content({"payload": GONE})


@pytest.mark.parametrize(
    "changes", [{"buttons": False}, {"most_choices": 1}, {"longest_title": 2}]
)
def test_choices_that_cannot_be_buttons_are_numbered(changes: dict[str, Any]) -> None:
    offer = offers(**changes)
    (part,) = offer.parts(message("Ja", "Nej", "Vet ej"))

    assert part.text == f"Vad?\n\n1. Ja\n2. Nej\n3. Vet ej\n\n{texts.ANSWER_WITH_NUMBER}"
    assert offer.typed("2.") == Content({"payload": '/answer{"q":"Nej"}'})
    for said in ("4", "0", "1, 2", "nej", "2 gånger"):
        assert offer.typed(said) == Content({"text": said})


def test_number_is_a_word_where_choices_are_buttons() -> None:
    offer = offers()
    offer.parts(message("Ja", "Nej"))

    assert offer.typed("1") == Content({"text": "1"})


@pytest.mark.parametrize("said", ["1, 3", "1 och 3", "1 3", "3,1,1"])
def test_several_are_answered_with_numbers_where_nothing_can_be_ticked(said: str) -> None:
    offer = offers(edits=False)
    offer.parts(message("Hot", "Våld", "Mutor", multiple=True))

    meant = offer.typed(said)

    assert isinstance(meant, Content)
    assert set(meant.values["payload"].split(" ")) == {
        '/answer{"q":"Hot"}',
        '/answer{"q":"Mutor"}',
    }


def test_several_are_ticked_and_sent_together() -> None:
    offer = offers()
    (part,) = offer.parts(message("Hot", "Våld", "Mutor", multiple=True))
    *toggles, ready = part.buttons
    assert ready.title == texts.READY
    assert isinstance(offer.tapped(ready.token), NothingTicked)

    for number in (2, 1, 0):
        offer.tapped(toggles[number].token)
    changed = offer.tapped(toggles[1].token)

    assert isinstance(changed, Changed)
    titles = [button.title for button in changed.ticks.part().buttons]
    assert titles == ["✓ Hot", "Våld", "✓ Mutor", texts.READY]
    payload = '/answer{"q":"Hot"} /answer{"q":"Mutor"}'
    assert offer.tapped(ready.token) == Content({"payload": payload})


def test_ticks_of_a_question_that_was_left_stand_for_something_gone() -> None:
    offer = offers()
    (old,) = offer.parts(message("Hot", "Våld", multiple=True))
    offer.parts(message("Ja", "Nej"))

    for button in old.buttons:
        assert offer.tapped(button.token) == Content({"payload": GONE})


def test_file_is_asked_for_by_its_button_or_its_words() -> None:
    offer = offers()
    file = {"title": "Kvitto", "url": "/reports/OP-2026-000001/kvitto.pdf"}
    (part,) = offer.parts(message(files=[file]))

    wanted = Wanted(File("Kvitto", file["url"]))
    assert offer.tapped(part.buttons[0].token) == wanted
    assert offer.typed("kvitto.") == wanted


def test_file_that_cannot_be_sent_is_found_on_the_page() -> None:
    file = {"title": "Kvitto", "url": "/reports/OP-2026-000001/kvitto.pdf"}
    (part,) = offers(documents=False).parts(message(files=[file]))

    assert part.text == f"Vad?\n\nKvitto: {PAGE}{file['url']}"
    assert not part.buttons


def test_buttons_stand_under_the_last_piece_of_a_long_text() -> None:
    frame = message("Ja") | {"text": "Ett ord till. " * 30}

    *before, last = offers().parts(frame)

    assert before
    assert not any(part.buttons for part in before)
    assert last.buttons
