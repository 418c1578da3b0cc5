"""A conversation shows each line once, and knows what may be chosen."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Conversation, Frame
from bot.messages import Choice, Outgoing
from casework.vocabulary import ConversationId

QUESTION = Outgoing("Ja?", (Choice("Ja", "/answer{}"),))
PROMPT = Outgoing("Ny", (Choice("Visa", '/show_incident{"reference":"OP-1"}'),))


def conversation() -> Conversation:
    return Conversation(ConversationId("c"), None, "web")


def test_window_that_comes_back_gets_only_what_it_missed() -> None:
    talk = conversation()
    for text in ("ett", "två", "tre"):
        talk.say(Outgoing(text))

    assert [frame["text"] for frame in talk.after(1)] == ["två", "tre"]


def test_numbers_go_on_from_what_a_window_has_shown_before_a_restart() -> None:
    talk = conversation()
    frames: list[Frame] = []
    talk.listeners.add(frames.append)

    talk.after(12)
    talk.say(Outgoing("igen"))

    assert [frame["number"] for frame in frames] == [13]


def test_own_line_is_replayed_but_not_sent_twice() -> None:
    talk = conversation()
    frames: list[Frame] = []
    talk.listeners.add(frames.append)

    talk.note("m1", "hej")

    assert frames == []
    assert talk.after(0) == [{"type": "said", "number": 1, "id": "m1", "text": "hej"}]


def test_only_the_newest_questions_choices_may_be_made_but_prompts_last() -> None:
    talk = conversation()
    talk.say(PROMPT)
    talk.say(QUESTION)
    talk.say(Outgoing("Nästa?", (Choice("Nej", "/no"),)))

    assert talk.title("/answer{}") is None
    assert talk.title("/no") == "Nej"
    assert talk.title(PROMPT.choices[0].payload) == "Visa"


def test_message_id_is_new_once() -> None:
    talk = conversation()

    assert talk.is_new("m1")
    assert not talk.is_new("m1")


ASK = Outgoing("Säkert?", (Choice("Ja, dra tillbaka den", "/withdraw_report{}"),))


def test_typed_words_of_a_button_mean_the_button() -> None:
    talk = conversation()
    talk.say(PROMPT)
    assert talk.payload_of("visa.") == PROMPT.choices[0].payload

    talk.say(ASK)
    assert talk.payload_of("ja, dra tillbaka den") == "/withdraw_report{}"
    assert talk.payload_of("Ja!") == "/withdraw_report{}"
    assert talk.payload_of("visa") is None
    assert talk.payload_of("nej") is None


def test_plain_yes_in_a_report_is_left_to_the_report() -> None:
    talk = conversation()
    talk.say(Outgoing("Typ?", (Choice("Ja, det stämmer", "/answer{}"),)))

    assert talk.payload_of("ja") is None


@given(st.text())
def test_no_text_breaks_the_search_for_a_button(text: str) -> None:
    talk = conversation()
    talk.say(ASK)

    talk.payload_of(text)
