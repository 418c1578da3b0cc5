"""What Lotsen would do with first messages, by the engine, the reader and the danger check."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from actions.openings import Opening, opening
from bot import settings
from bot.engine_process import EngineProcess
from casework.clock import SWEDEN
from nlu import reader


async def understand(texts: Sequence[str]) -> list[tuple[Opening, float]]:
    """What is done with each text as the first of a conversation, and how sure that is (0 to 1).

    Starts an engine for as long as it takes.

    Raises:
        EngineStartError: the engine did not come up.
        ModelMissingError: nothing is trained.
    """
    loaded = await asyncio.to_thread(reader.load, settings.READER_MODEL)
    process = EngineProcess(settings.ROOT, settings.ENGINE_MODEL, "http://127.0.0.1:9/webhook")
    engine = process.client()
    try:
        await process.start(engine)
        intents = await engine.intents(texts)
    finally:
        await process.stop()
        await engine.close()
    now = datetime.now(SWEDEN)
    understood = []
    for text, (intent, confidence) in zip(texts, intents, strict=True):
        if loaded.find_danger(text):
            understood.append((Opening.DANGER, 1.0))
            continue
        influence = bool(loaded.read(text, now).types)
        understood.append((opening(intent, text, has_influence=influence), confidence))
    return understood
