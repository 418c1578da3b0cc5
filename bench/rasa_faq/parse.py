"""Asks a Rasa model questions, one after the other, in this process.

    python bench/rasa_faq/parse.py MODEL QUESTIONS ANSWERS

Runs in an environment with Rasa (Python 3.10); without TensorFlow, the engine's empty modules
stand in for it. QUESTIONS is a JSON list of texts; ANSWERS becomes one of what Rasa says to each:
the `intent` it goes by, the confidence of `intents` and of `retrieved` texts, and `ms`.
"""

import asyncio
import importlib.util
import json
import os
import sys
import time
from pathlib import Path

if importlib.util.find_spec("tensorflow") is None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "engine"))
    from rasa_slim import StubFinder

    sys.meta_path.insert(0, StubFinder())
os.environ["RASA_TELEMETRY_ENABLED"] = "false"

from rasa.core.agent import Agent


def main(model: str, questions: Path, answers: Path) -> None:
    """Ask, and write the answers."""
    texts = json.loads(questions.read_text(encoding="utf-8"))
    said = asyncio.run(_ask_all(Agent.load(model), texts))
    answers.write_text(json.dumps(said), encoding="utf-8")


async def _ask_all(agent: Agent, texts: list) -> list:
    return [await _ask(agent, text) for text in texts]


async def _ask(agent: Agent, text: str) -> dict:
    began = time.perf_counter()
    parsed = await agent.parse_message(text)
    seconds = time.perf_counter() - began
    selected = parsed.get("response_selector", {}).get("faq", {}).get("ranking", [])
    return {
        "intent": parsed["intent"]["name"],
        "intents": {each["name"]: each["confidence"] for each in parsed["intent_ranking"]},
        "retrieved": {each["intent_response_key"]: each["confidence"] for each in selected},
        "ms": seconds * 1000,
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
