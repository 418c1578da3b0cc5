"""One turn of a conversation: receive, make safe, watch for danger, ask the engine, reply.

The same for every channel. A message of somebody who is logged in is stored before it is
acknowledged; danger is looked for here, so that 112 is said even when the engine is down.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from actions.manner import Manner
from bot import texts
from bot.action_endpoint import ActionEndpoint
from bot.conversation import Conversation, Frame, Listener
from bot.danger import DangerWatch
from bot.engine_client import EngineAwayError, EngineClient, TurnFailedError
from bot.messages import Choice, Outgoing, Picked, UnusableMessageError, clean, picked
from casework import drafts, organisation, prompts, turns
from casework.errors import CaseworkError, NotFoundError, StorageUnavailableError
from casework.organisation import Profile
from casework.report import next_question
from casework.store import Store
from casework.vocabulary import ConversationId, PersonId
from nlu.danger import Danger
from nlu.finder import goes_on

log = structlog.get_logger()

FORM = "report_form"
GREET = Picked("greet", {})
RESUME = Picked("resume_draft", {})
PROMPTS = Picked("manager_followup", {"do": ("prompts",)})
CARRIED_PROMPTS = Picked("manager_followup", {"do": ("carried",)})
MY_REPORTS = Picked("my_reports", {})
QUESTION, UNCLEAR = "ask_question", "nlu_fallback"
"""Intents that a text may be taken as before the engine sees it."""

SAFE = "/safe"
"""Payload of the button that ends the waiting."""

_SAYS_SAFE = re.compile(
    r"\b(i säkerhet|trygg(a|t)?|säkr?a? nu|faran är över|(är|var) över( nu)?|ingen fara( längre)?|"
    r"lugnt( nu)?|(polisen|vakten|ambulansen|räddningstjänsten|väktar\w+) (är|har|kom|tog)\w*|"
    r"(har|är) (gått|åkt|borta|lämnat)|gick( nu| sin väg| därifrån)?$|"
    r"(har )?ringt (112|polisen|ambulans\w*)|hjälp\w* är (på väg|här)|hemma nu|"
    r"dörren är låst|låst om mig|"
    r"(är )?(inlagd|på sjukhus\w*|på psyk\w*)|(tagit|tog) (honom|henne|dem|dom)|"
    r"(i am|i'm|im|we are|we're) safe|help is on its way|not in danger)\b"
)
_JUST_SAFE = re.compile(r"(ja,? )?(jag är |vi är |det är )(ok|okej|säker|säkra|bra)( nu)?")

_SIGH_WORDS = 8  # of "jag är hemma nu, dörren är låst" and the like (our choice)

ENGINE_PATIENCE_SECONDS = 90.0
_SAY_SO_AFTER_SECONDS = 4.0
_RETRY_SECONDS = 0.4
_STORAGE_TRIES = 3

Ask = Callable[[], Awaitable[list[Outgoing]]]
"""Gives the engine a turn; it may be called again when the engine was away."""

FindManner = Callable[[str], Awaitable[Manner | None]]
"""Hears how a text was said."""


class Gateway:
    """All conversations of this app.

    Args:
        store: the record.
        engine: answers turns.
        actions: knows when an action failed.
        danger: looks for danger in a text, and knows what is said first.
        find_manner: hears what is neither an answer nor an errand (`actions.manner`).
    """

    def __init__(
        self,
        store: Store,
        engine: EngineClient,
        actions: ActionEndpoint,
        danger: DangerWatch,
        find_manner: FindManner,
    ) -> None:
        self._store = store
        self._engine = engine
        self._actions = actions
        self._danger = danger
        self._find_manner = find_manner
        self._conversations: dict[ConversationId, Conversation] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    # --- conversations

    async def open(
        self, conversation_id: str | None, person: Profile | None, channel: str
    ) -> tuple[Conversation, bool]:
        """The conversation to go on with, and whether it is one taken up again.

        An id that is unknown, or belongs to somebody else, gives a new conversation.

        Raises:
            NotFoundError: the person has left since they logged in.
        """
        if person:
            await organisation.profile(self._store, person.id)
        wanted = ConversationId(conversation_id or "")
        held = self._conversations.get(wanted)
        if held and _same(held.person, person):
            return held, True
        if person and wanted and await turns.owner(self._store, wanted) == person.id:
            return self._remember(Conversation(wanted, person, channel)), True
        made = Conversation(turns.new_conversation_id(), person, channel)
        if person:
            await turns.start_conversation(self._store, made.id, PersonId(person.id), channel)
        return self._remember(made), False

    def _remember(self, conversation: Conversation) -> Conversation:
        return self._conversations.setdefault(conversation.id, conversation)

    def greet(self, conversation: Conversation) -> None:
        """Start talking: go on where a restart cut us off, or say hello; nothing if we talk."""
        self._spawn(self.welcome(conversation))

    async def welcome(self, conversation: Conversation) -> None:
        """The same as `greet`, done when this returns."""
        async with conversation.lock:
            if conversation.log:
                return
            if conversation.person:
                await self._adopt(conversation)
            if not (conversation.person and await self._take_up(conversation)):
                await self._show_where_we_are(conversation, GREET)

    async def _adopt(self, conversation: Conversation) -> None:
        """Take over what the person wrote in a window that is closed, and that is not answered.

        It was held back because somebody was in danger; it must not be lost with the window.
        """
        seen = [
            c.id
            for c in self._conversations.values()
            if c.id != conversation.id and (c.is_open or not c.held)
        ]
        await turns.adopt(self._store, _who(conversation), conversation.id, seen)

    async def _take_up(self, conversation: Conversation) -> bool:
        """Answer what was acknowledged before a restart; whether there was anything.

        What had its effect already is not given to the engine again: it would be taken for
        the answer to the next question. Nor is a choice: its buttons are gone, so the question
        is asked again.
        """
        left = await turns.unhandled(self._store, conversation.id)
        for waiting in left:
            conversation.seen_ids[waiting.message_id] = False
            who, since = _who(conversation), waiting.received_at
            took_effect = await turns.took_effect(self._store, who, since)
            if took_effect or "payload" in waiting.content:
                await self._show_where_we_are(conversation, MY_REPORTS if took_effect else GREET)
                await conversation.arrived()
                await turns.handled(self._store, conversation.id, waiting.message_id)
                conversation.seen_ids[waiting.message_id] = True
                conversation.send({"type": "done", "id": waiting.message_id})
            else:
                await self._handle(conversation, waiting.message_id, waiting.content)
        return bool(left)

    async def _show_where_we_are(self, conversation: Conversation, otherwise: Picked) -> None:
        """Go on with the report that is being written here, or else with something else."""
        resuming = await self._is_writing(conversation)
        await self._speak(conversation, RESUME if resuming else otherwise)

    async def _is_writing(self, conversation: Conversation) -> bool:
        """Whether a report is being written here.

        One that was left is laid aside first, so that its nudge can offer to take it up.
        """
        if await self._restore_point(conversation) is None:
            return False
        who = _who(conversation)
        waiting = await prompts.waiting(self._store, who)
        if not any(prompt.kind in prompts.NUDGES for prompt in waiting):
            return True
        await drafts.rest(self._store, who)
        await self._make_engine_forget(conversation)
        return False

    def present(self, person_id: str) -> Conversation | None:
        """The conversation that the person is looking at now; the latest used of several."""
        seen = (
            c
            for c in self._conversations.values()
            if c.person and c.person.id == person_id and c.listeners
        )
        return max(seen, key=lambda conversation: conversation.touched, default=None)

    def present_people(self) -> set[PersonId]:
        """Everybody who is looking at a conversation of theirs now."""
        seen = (c.person for c in self._conversations.values() if c.listeners)
        return {PersonId(person.id) for person in seen if person}

    async def show_prompts(self, conversation: Conversation) -> bool:
        """Show what waits for the person; not to somebody in the middle of a report.

        In a conversation that is carried elsewhere it is not noted as sent: the carrier knows.

        Returns:
            Whether it was shown.
        """
        async with conversation.lock:
            if conversation.held or await self._is_writing(conversation):
                return False
            if await prompts.waiting(self._store, _who(conversation)):
                await self._speak(
                    conversation, CARRIED_PROMPTS if conversation.carrier else PROMPTS
                )
            return True

    def leave(self, conversation: Conversation, listener: Listener, *, for_good: bool) -> None:
        """A window no longer shows a conversation.

        Args:
            for_good: whether it was closed or left, rather than its contact lost: then nothing
                remains of a conversation of nobody's that no other window shows.
        """
        conversation.listeners.discard(listener)
        if for_good and not conversation.person and not conversation.listeners:
            self._drop(conversation)

    def leave_by_logging_in(self, conversation_id: str) -> None:
        """Drop a conversation that whoever has now logged in had as nobody; none of anybody's."""
        held = self._conversations.get(ConversationId(conversation_id))
        if held and not held.person:
            self._drop(held)

    def forget_silent(self, *, after_seconds: float, anonymous_after_seconds: float) -> None:
        """Drop what nobody has said a word in for a while.

        Somebody's conversation is kept as long as they look at it. Nobody's is emptied even then;
        the window is told, and goes on with one that is as new.
        """
        now = time.monotonic()
        for conversation in list(self._conversations.values()):
            limit = after_seconds if conversation.person else anonymous_after_seconds
            if conversation.lock.locked() or now - conversation.touched <= limit:
                continue
            if not conversation.listeners:
                self._drop(conversation)
            elif not conversation.person and conversation.seen_ids:
                self._spawn(self._erase(conversation, say_so=True))

    def _drop(self, conversation: Conversation) -> None:
        self._conversations.pop(conversation.id, None)
        conversation.send({"type": "ended"})
        self._spawn(self._erase(conversation))

    async def _erase(self, conversation: Conversation, *, say_so: bool = False) -> None:
        """Forget a conversation here and in the engine, when what is under way there is done."""
        async with conversation.lock:
            call_first = f"{texts.CALL_112}\n\n" if conversation.held else ""
            conversation.erase()
            await self._make_engine_forget(conversation)
            if say_so:
                conversation.say(Outgoing(call_first + texts.FORGOTTEN))

    async def close(self) -> None:
        """Stop what is under way; messages that are not handled stay stored."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- receiving

    async def receive(
        self, conversation: Conversation, message_id: str, content: Mapping[str, Any]
    ) -> None:
        """Take a message: make it safe, acknowledge it, and answer it in its turn.

        Args:
            content: `text`, or `payload` of a choice.

        Raises:
            StorageUnavailableError: it is not stored; whoever sent it must be told.
        """
        conversation.touched = time.monotonic()
        self._remember(conversation)  # a window may still show one that was dropped
        if not conversation.is_new(message_id):
            self._repeat(conversation, message_id)
            return
        try:
            usable = _usable(content)
            if conversation.person and not await turns.receive(
                self._store, conversation.id, message_id, usable
            ):
                conversation.seen_ids[message_id] = True
                self._repeat(conversation, message_id)
                return
        except UnusableMessageError as error:
            conversation.seen_ids.pop(message_id, None)
            conversation.send(_error(message_id, texts.UNUSABLE[error.reason]))
            return
        except NotFoundError:
            conversation.seen_ids.pop(message_id, None)
            conversation.send(_error(message_id, texts.LOGGED_OUT))
            return
        except StorageUnavailableError:
            conversation.seen_ids.pop(message_id, None)
            log.error("message_not_stored", error="StorageUnavailableError")
            raise
        conversation.send({"type": "ack", "id": message_id})
        self._spawn(self._turn(conversation, message_id, usable))

    def _repeat(self, conversation: Conversation, message_id: str) -> None:
        """The same message again: it has been received, and perhaps answered."""
        conversation.send({"type": "ack", "id": message_id})
        if conversation.seen_ids.get(message_id):
            conversation.send({"type": "done", "id": message_id})

    async def _turn(
        self, conversation: Conversation, message_id: str, content: Mapping[str, Any]
    ) -> None:
        async with conversation.lock:
            await self._handle(conversation, message_id, content)

    async def _handle(
        self, conversation: Conversation, message_id: str, content: Mapping[str, Any]
    ) -> None:
        conversation.send({"type": "typing"})
        try:
            kept_back = await self._answer(conversation, message_id, content)
            if await conversation.arrived() and conversation.person and not kept_back:
                await turns.handled(self._store, conversation.id, message_id)
        except (CaseworkError, TurnFailedError, EngineAwayError) as error:
            log.error("turn_failed", error=type(error).__name__)
            await self._give_up(conversation, message_id, error)
        except Exception as error:  # noqa: BLE001  a fault of ours; the person is told, as always
            log.error("turn_crashed", error=type(error).__name__)
            await self._give_up(conversation, message_id, error)
        conversation.seen_ids[message_id] = True
        conversation.send({"type": "done", "id": message_id})

    async def _give_up(
        self, conversation: Conversation, message_id: str, error: Exception
    ) -> None:
        """Say that it went wrong; the draft is as it was, and the engine starts afresh from it."""
        await self._make_engine_forget(conversation)
        conversation.seen_ids[message_id] = True
        failed = isinstance(error, StorageUnavailableError)
        conversation.send(_error(message_id, texts.NOT_SAVED if failed else texts.TURN_FAILED))
        if conversation.person:
            try:
                await turns.handled(self._store, conversation.id, message_id)
            except CaseworkError:
                log.error("turn_left_open")

    # --- answering

    async def _answer(
        self, conversation: Conversation, message_id: str, content: Mapping[str, Any]
    ) -> bool:
        """Answer one message; whether it is held back until the person is safe."""
        if "payload" in content:
            await self._answer_choice(conversation, message_id, str(content["payload"]))
            return False
        text = str(content["text"])
        if payload := conversation.payload_of(text):
            await self._answer_choice(conversation, message_id, payload, said=text)
            return False
        conversation.note(message_id, text)
        is_over = bool(conversation.held) and _says_safe(text)
        restore = await self._restore_point(conversation)
        answering = restore is not None or conversation.follows_up
        danger = None if is_over else self._danger.find(text, answering=answering)
        if danger or conversation.held:
            self._hold(conversation, message_id, text, danger)
            if danger or not _says_safe(text):
                return True
            await self._now_safe(conversation)
            return False
        taken_as = await self._taken_as(conversation, text)
        await self._give_turn(conversation, text, restore, taken_as=taken_as)
        return False

    async def _taken_as(self, conversation: Conversation, text: str) -> str | None:
        """The intent of a text where what was said before tells more than its words."""
        if conversation.has_answered and goes_on(text):
            return QUESTION
        return UNCLEAR if await self._find_manner(text) is not None else None

    async def _answer_choice(
        self, conversation: Conversation, message_id: str, payload: str, said: str = ""
    ) -> None:
        titles = [conversation.title(part) for part in payload.split(" ")]
        if not all(titles):
            await self._answer_stale(conversation)
            return
        conversation.note(message_id, said or ", ".join(title for title in titles if title))
        if payload == SAFE:
            await self._now_safe(conversation)
        else:
            await self._speak(conversation, picked(payload))

    async def _answer_stale(self, conversation: Conversation) -> None:
        if conversation.question:
            conversation.say(Outgoing(texts.STALE_CHOICE))
            conversation.say(conversation.question)
        elif not conversation.log:
            conversation.say(Outgoing(texts.STALE_CHOICE))
            await self._show_where_we_are(conversation, GREET)
        else:
            conversation.say(Outgoing(texts.STALE_CHOICE_IDLE))

    def _hold(
        self, conversation: Conversation, message_id: str, text: str, danger: Danger | None
    ) -> None:
        """Danger first: say 112, ask nothing, keep what was written until the person is safe."""
        first = conversation.danger is None
        conversation.danger = conversation.danger or danger
        conversation.held.append((message_id, text))
        kind = conversation.danger or Danger.PERSON
        english = self._was_english(conversation)
        if first:
            words = self._danger.first(kind, english=english)
        elif _says_safe(text) and not danger:
            return
        else:
            words = self._danger.still(english=english)
        title = self._danger.safe_title(kind, english=english)
        conversation.say(Outgoing(words, (Choice(title, SAFE),)))

    def _was_english(self, conversation: Conversation) -> bool:
        return self._danger.is_english(*(text for _, text in conversation.held))

    async def _now_safe(self, conversation: Conversation) -> None:
        """Take up what was held back; what was said about one's own life is not kept."""
        held, kind = conversation.held, conversation.danger
        english = self._was_english(conversation)
        if kind is Danger.DISTRESS:
            found = await organisation.contacts(self._store)
            reach = found.get("occupational_health", texts.OCCUPATIONAL_HEALTH)
            conversation.say(Outgoing(self._danger.after_distress(reach, english=english)))
        else:
            now_safe = self._danger.now_safe(kind or Danger.PERSON, english=english)
            conversation.say(Outgoing(now_safe))
            story = "\n".join(text for at, (_, text) in enumerate(held) if not at or _tells(text))
            await self._speak(conversation, story, safe=True)
        conversation.held, conversation.danger = [], None
        if conversation.person:
            for message_id, _ in held:
                await turns.handled(self._store, conversation.id, message_id)

    async def _speak(
        self, conversation: Conversation, said: str | Picked, *, safe: bool = False
    ) -> None:
        """Give the engine a turn from where the report stands."""
        restore = await self._restore_point(conversation)
        await self._give_turn(conversation, said, restore, safe=safe)

    async def _give_turn(
        self,
        conversation: Conversation,
        said: str | Picked,
        restore: dict[str, str] | None,
        *,
        safe: bool = False,
        taken_as: str | None = None,
    ) -> None:
        """Give the engine a turn, with where the report stands, and say what comes back."""

        def ask() -> Awaitable[list[Outgoing]]:
            return self._engine.turn(conversation.id, said, restore, safe=safe, taken_as=taken_as)

        messages = await self._ask(conversation, ask)
        if any(message.forget for message in messages):
            conversation.forget()
            await self._make_engine_forget(conversation)
        for message in messages:
            conversation.say(message)

    async def _ask(self, conversation: Conversation, ask: Ask) -> list[Outgoing]:
        """One turn of the engine, patiently: it may be restarting, and the database busy.

        The same question is restored each time, so that an answer is never taken for another.
        """
        for tries_left in reversed(range(_STORAGE_TRIES)):
            self._actions.take_failure(conversation.id)
            messages = await self._patiently(conversation, ask)
            failure = self._actions.take_failure(conversation.id)
            if failure is None:
                return messages
            await self._make_engine_forget(conversation)
            if not isinstance(failure, StorageUnavailableError):
                raise TurnFailedError from failure
            if not tries_left:
                raise failure
        raise TurnFailedError

    async def _patiently(self, conversation: Conversation, ask: Ask) -> list[Outgoing]:
        started, told = time.monotonic(), False
        while True:
            try:
                return await ask()
            except EngineAwayError:
                waited = time.monotonic() - started
                if waited > ENGINE_PATIENCE_SECONDS:
                    raise
                if waited > _SAY_SO_AFTER_SECONDS and not told:
                    told = True
                    conversation.say(Outgoing(_away_words(conversation)))
                    conversation.send({"type": "typing"})
                await asyncio.sleep(_RETRY_SECONDS)

    async def _restore_point(self, conversation: Conversation) -> dict[str, str] | None:
        """Where the person's report stands, if it is being written in this conversation."""
        if conversation.person is None:
            return None
        draft = await drafts.find(self._store, _who(conversation))
        if draft is None or draft.conversation_id != conversation.id:
            return None
        question = next_question(draft.answers)
        return {"form": FORM, "requested_slot": question} if question else None

    async def _make_engine_forget(self, conversation: Conversation) -> None:
        self._actions.take_failure(conversation.id)
        try:
            await self._engine.forget(conversation.id)
        except (EngineAwayError, TurnFailedError):
            log.info("engine_away_while_forgetting")

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("turn_crashed", error=type(error).__name__)


def _usable(content: Mapping[str, Any]) -> dict[str, str]:
    if "payload" in content:
        payload = str(content["payload"])
        picked(payload)
        return {"payload": payload}
    return {"text": clean(str(content.get("text") or ""))}


def _says_safe(text: str) -> bool:
    plain = text.casefold().strip(" .!")
    negated = re.search(r"\b(inte|ej|aldrig|not safe)\b", plain)
    return not negated and bool(_SAYS_SAFE.search(plain) or _JUST_SAFE.fullmatch(plain))


def _tells(text: str) -> bool:
    """Whether what was said in danger belongs to the story, rather than that it is over."""
    return len(text.split()) > _SIGH_WORDS or not _says_safe(text)


def _who(conversation: Conversation) -> PersonId:
    """The id of somebody who is logged in."""
    return PersonId(conversation.person.id if conversation.person else "")


def _same(one: Profile | None, other: Profile | None) -> bool:
    return (one.id if one else None) == (other.id if other else None)


def _away_words(conversation: Conversation) -> str:
    return texts.ENGINE_AWAY if conversation.person else texts.ENGINE_AWAY_ANONYMOUS


def _error(message_id: str, text: str) -> Frame:
    return {"type": "error", "id": message_id, "text": text}
