"""Looking after the exposed person: how are you, was the support enough, may I say so?"""

from typing import NamedTuple

from actions import errands
from actions.asked import Awaited, What
from actions.base import Button, SayingWhyNot, Turn, button
from actions.wording import bullets
from casework import check_ins, followup, incidents, organisation
from casework.advice import MOST_SUPPORT_LINES, support_lines
from casework.check_ins import Asked
from casework.report import Answers
from casework.vocabulary import IncidentType, Reference, SupportGiven, Wellbeing

INTENT = "check_in"

Next = Awaited | None


class Said(NamedTuple):
    """An answer to a check-in; what is not said is None."""

    wellbeing: Wellbeing | None = None
    support: SupportGiven | None = None
    tell: bool | None = None
    stop: bool = False


# --- asking


async def ask(turn: Turn, wanted: Awaited) -> None:
    """Ask one thing; each can be left, and all of them stopped."""
    words = turn.services.content.taxonomy.answers
    reference = wanted.reference
    if wanted.what is What.TELL:
        told = await followup.feedback(turn.services.store, turn.who, reference)
        yes, no = (
            button(words["check_in"][said], INTENT, reference=reference, tell=said)
            for said in ("yes", "no")
        )
        turn.say("utter_check_in_tell", responsible=told.responsible, buttons=[yes, no])
        return
    is_support = wanted.what is What.SUPPORT
    titles = words["support_given" if is_support else "wellbeing"]
    made = [
        button(title, INTENT, **{"reference": reference, wanted.what.value: value})
        for value, title in titles.items()
    ]
    stop = button(words["check_in"]["stop"], INTENT, reference=reference, stop="yes")
    response = "utter_check_in_support" if is_support else "utter_prompt_check_in"
    turn.say(response, reference=reference, buttons=[*made, stop])


def read_button(reference: Reference, words: dict[str, str]) -> Button:
    """To answer a check-in that was asked some time ago."""
    return button(words["answer"], INTENT, reference=reference)


# --- answering


async def choose(turn: Turn) -> Next:
    """Take what a button says."""
    chosen = {name: values[0] for name, values in turn.chosen.items()}
    said = Said(
        wellbeing=Wellbeing(chosen["wellbeing"]) if "wellbeing" in chosen else None,
        support=SupportGiven(chosen["support"]) if "support" in chosen else None,
        tell={"yes": True, "no": False}.get(chosen.get("tell", "")),
        stop="stop" in chosen,
    )
    return await _take(turn, Reference(chosen["reference"]), said)


def read(text: str, what: What) -> Said | None:
    """What was typed, as an answer to what was asked; None if it is none."""
    if errands.wants_no_more_questions(text):
        return Said(stop=True)
    if what is What.TELL:
        yes = errands.is_yes(text) or text.casefold().startswith("ja")
        return Said(tell=yes) if yes or errands.is_no(text) else None
    found = Said(wellbeing=errands.wellbeing(text))
    if what is What.SUPPORT:
        found = Said(support=errands.support(text))
    return found if any(found) else None


async def take(turn: Turn, wanted: Awaited) -> Next:
    """Take what was typed; it has been read before."""
    said = read(turn.text, wanted.what)
    return await _take(turn, wanted.reference, said) if said else wanted


async def _take(turn: Turn, reference: Reference, said: Said) -> Next:
    with SayingWhyNot(turn, "utter_check_in_none"):
        return await _note(turn, reference, said)
    return None


async def _note(turn: Turn, reference: Reference, said: Said) -> Next:
    store, policy = turn.services.store, turn.services.content.policy
    if said.stop:
        await check_ins.stop(store, turn.who, reference)
        turn.say("utter_check_in_stopped")
        return None
    if not any(part is not None for part in said[:3]):
        return Awaited(What.WELLBEING, reference)
    asked = await check_ins.answer(
        store,
        policy,
        turn.who,
        reference,
        wellbeing=said.wellbeing,
        support=said.support,
        tell_manager=said.tell,
    )
    if said.wellbeing:
        await _comfort(turn, reference, said.wellbeing)
        return Awaited(What.SUPPORT, reference)
    if said.support:
        turn.say(f"utter_check_in_support_{said.support}")
        return Awaited(What.TELL, reference) if _lacks(asked) else None
    turn.say("utter_check_in_told" if said.tell else "utter_check_in_not_told")
    return None


def _lacks(asked: Asked) -> bool:
    """Whether something is missing that the manager could do, and nobody asked about it yet."""
    too_little = asked.support in (SupportGiven.NO, SupportGiven.PARTLY)
    return asked.tell_manager is None and (too_little or asked.wellbeing is Wellbeing.BAD)


async def _comfort(turn: Turn, reference: Reference, wellbeing: Wellbeing) -> None:
    """Answer warmly; whoever is not well gets ways to support."""
    if wellbeing is Wellbeing.GOOD:
        turn.say("utter_check_in_good")
        return
    services = turn.services
    shown = await incidents.show(services.store, turn.who, reference)
    types = tuple(IncidentType(t) for t in shown.types)
    lines = support_lines(services.content, Answers(types=types))[:MOST_SUPPORT_LINES]
    reach = (await organisation.contacts(services.store)).get("occupational_health")
    if reach:
        lines.append(reach[0].upper() + reach[1:])
    turn.say(f"utter_check_in_{wellbeing}", lines=bullets(lines))
