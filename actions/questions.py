"""Answers questions about routines, from the texts that there are, and says so when none fits."""

from collections.abc import Iterable

from rasa_sdk.events import SlotSet

from actions.base import TELL, Button, Events, File, Turn, button
from actions.openings import asks_for_a_rule, is_question
from actions.routine_texts import nearest
from actions.services import Services
from casework import organisation, tallies
from casework.routines import Routine, Section
from nlu.finder import Found

ROUTINE = "routine"
"""The slot that remembers which text answered last; never what was asked."""

_PART = "part"
_MOST_PARTS = 3  # other sections that are offered under an answer (our choice)
_MOST_RELATED = 2
_BESIDE_REPORTING = 3  # of both, where reporting is offered too
_MOST_SOURCES = 2  # that are named in a chat; the page has them all
_NEAREST = 3  # texts that are offered when none answers
OURSELVES = "lotsen"
"""The source of what is so because Lotsen is built so."""
_PERSONS = ("manager", "safety_rep", "hr")
"""Whom somebody can ask whose question no text answers."""


async def answer(turn: Turn) -> Events:
    """Answer what was typed or chosen; where no text answers, say so and what comes near.

    Raises:
        StorageUnavailableError: the answer could not be counted; it is given again.
    """
    chosen = turn.chosen.get(ROUTINE)
    if turn.is_choice and chosen:
        part = turn.chosen.get(_PART)
        return await _show_chosen(turn, chosen[0], part[0] if part else None)
    found = await _find(turn)
    if found.is_answered:
        return await _show(turn, found)
    await _say_unknown(turn, found)
    return []


async def answer_if_sure(turn: Turn) -> Events | None:
    """Answer what was not taken for a question, if some text clearly does; else None."""
    if turn.is_choice or not is_question(turn.text):
        return None
    found = await _find(turn)
    return await _show(turn, found) if found.is_answered else None


async def answer_first(turn: Turn) -> Events | None:
    """Answer a story that ends by asking whether that is allowed; None if it asks for no rule.

    The report is offered with the answer; it is not begun, so that nothing is kept that the person
    only wondered about.
    """
    if turn.is_choice or not asks_for_a_rule(turn.text):
        return None
    return await answer_if_sure(turn)


async def _find(turn: Turn) -> Found:
    previous = turn.tracker.get_slot(ROUTINE)
    return await turn.services.find_text(turn.text, previous)


async def _show(turn: Turn, found: Found) -> Events:
    text = turn.services.routines.by_name[found.ranked[0].name]
    part = None if found.part is None else text.sections[found.part]
    await tallies.add_question(turn.services.store, text.topic)
    may_report = not turn.loop and await turn.tells_of_influence()
    await _say(turn, text, part, may_report=may_report)
    return [SlotSet(ROUTINE, text.name)]


async def _show_chosen(turn: Turn, name: str, anchor: str | None) -> Events:
    """A text, or one more section of it, from a button."""
    text = turn.services.routines.find(name)
    if text is None:
        turn.say("utter_no_such_routine")
        return []
    part = next((s for s in text.sections if s.anchor == anchor), None)
    if part:
        turn.say("utter_routine_part", heading=part.heading, text=_plain(part.text))
    else:
        await tallies.add_question(turn.services.store, text.topic)
        await _say(turn, text, None, may_report=False)
    return [SlotSet(ROUTINE, text.name)]


async def _say(turn: Turn, text: Routine, part: Section | None, *, may_report: bool) -> None:
    lines = [_plain(text.answer)]
    if part:
        lines.append(f"*{part.heading}*\n{_plain(part.text)}")
    lines += _local(turn.services, text)
    lines.append(await _whom(turn.services, text.about.contacts))
    lines.append(_sources(turn.services, text))
    buttons = [] if turn.loop else [*_others(turn.services, text, part)]
    if may_report:
        lines.append("Har det här hänt dig? Berätta, så hjälper jag dig vidare.")
        buttons = [button("Det har hänt mig", TELL), *buttons[:_BESIDE_REPORTING]]
    turn.say("utter_routine", text="\n\n".join(lines), buttons=buttons, files=[_link(text, part)])


def _local(services: Services, text: Routine) -> list[str]:
    """The municipality's own rules; where none is filled in, that one should ask."""
    routines = services.routines
    rules = [routines.local[rule] for rule in text.about.local if rule in routines.local]
    if rules:
        return ["*Hos oss*\n" + "\n".join(_plain(rule) for rule in rules)]
    return ["Kommunens egen rutin är inte inlagd här än."] if text.about.local else []


def _sources(services: Services, text: Routine) -> str:
    """The first sources; how Lotsen is built needs no source beside others."""
    named = [s for s in text.about.sources if s != OURSELVES] or [OURSELVES]
    words = [services.routines.sources[source] for source in named[:_MOST_SOURCES]]
    more = " med flera" if len(named) > len(words) else ""
    return f"Källa: {'; '.join(words)}{more}."


async def _whom(services: Services, functions: Iterable[str]) -> str:
    words = services.content.taxonomy.answers["contacts"]
    known = await organisation.contacts(services.store)
    named = [known.get(function, words[function]) for function in functions]
    return f"Vänd dig till: {'; '.join(named)}."


def _others(services: Services, text: Routine, shown: Section | None) -> Iterable[Button]:
    """The sections that were not shown, and what lies near."""
    rest = [section for section in text.sections if section != shown][:_MOST_PARTS]
    for section in rest:
        values = {ROUTINE: text.name, _PART: section.anchor}
        yield button(section.heading, "ask_question", **values)
    for other in services.routines.related(text)[:_MOST_RELATED]:
        yield button(other.title, "ask_question", **{ROUTINE: other.name})


async def _say_unknown(turn: Turn, found: Found) -> None:
    services = turn.services
    near = nearest(services.routines, found)[:_NEAREST]
    turn.say(
        "utter_no_answer_while_asking" if turn.loop else "utter_no_answer",
        whom=await _whom(services, _PERSONS),
        buttons=[]
        if turn.loop
        else [button(text.title, "ask_question", **{ROUTINE: text.name}) for text in near],
    )


def _link(text: Routine, part: Section | None) -> File:
    where = f"#{part.anchor}" if part else ""
    return {"title": "Läs hela texten", "url": f"/rutiner/{text.name}{where}"}


def _plain(markdown: str) -> str:
    """Markdown as the chat writes it: `*bold*`, and lists with a dot."""
    return markdown.replace("**", "*").replace("\n- ", "\n• ").removeprefix("- ")
