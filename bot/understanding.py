"""What Lotsen would do with first messages, by the engine, the reader and the danger check."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from actions.manner import manner_of
from actions.openings import Opening, opening
from actions.routine_texts import documents
from bot import settings
from bot.danger import DangerWatch
from bot.engine_process import EngineProcess
from casework.clock import SWEDEN
from casework.content import load_content
from casework.routines import load_routines
from nlu import reader
from nlu.finder import Finder


class Understood(NamedTuple):
    """What is done with a first message, what the engine took it for, and how sure (0 to 1)."""

    does: Opening
    intent: str
    confidence: float


async def understand(texts: Sequence[str]) -> list[Understood]:
    """What is done with each text as the first of a conversation.

    Starts an engine for as long as it takes.

    Raises:
        EngineStartError: the engine did not come up.
        ModelMissingError: nothing is trained.
    """
    texts_there_are = documents(load_routines(settings.CONTENT))
    process = EngineProcess(settings.ROOT, settings.ENGINE_MODEL, "http://127.0.0.1:9/webhook")
    engine = process.client()
    try:
        loaded, finder, _ = await asyncio.gather(
            asyncio.to_thread(reader.load, settings.READER_MODEL),
            asyncio.to_thread(Finder.load, settings.FINDER_MODEL, texts_there_are),
            process.start(engine),
        )
        intents = await engine.intents(texts)
    finally:
        await process.stop()
        await engine.close()
    watch = DangerWatch(load_content(settings.CONTENT).policy.danger, loaded.find_danger)
    now = datetime.now(SWEDEN)
    understood = []
    for text, (intent, confidence) in zip(texts, intents, strict=True):
        if watch.find(text):
            understood.append(Understood(Opening.DANGER, intent, 1.0))
            continue
        reading = loaded.read(text, now)
        influence = bool(reading.types)
        manner = manner_of(text, reading.note, has_influence=influence)
        does = opening(
            intent,
            text,
            has_influence=influence,
            is_answered=finder.find(text).is_answered,
            manner=manner,
        )
        understood.append(Understood(does, intent, confidence))
    return understood
