"""Trains what is out of date: Rasa's intents in the engine's environment, the others in ours.

The reader understands what is told; the finder finds the text that answers a question.
"""

import asyncio
import hashlib
import json
import os
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Callable, Iterable
from pathlib import Path

from actions.routine_texts import documents
from bot import settings
from casework.routines import load_routines
from nlu import fingerprints

Progress = Callable[[str], None]

_ENGINE_INPUTS = ("config.yml", "domain.yml", "data/nlu", "data/rules", "engine/uv.lock")
_FINGERPRINT = ".fingerprint"


class TrainingError(Exception):
    """Rasa could not train; `lines` are the last it wrote."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("Rasa could not train")
        self.lines = lines


async def train(progress: Progress, *, force: bool = False) -> dict[str, float]:
    """Train whatever is out of date.

    Args:
        progress: gets a line at a time.
        force: train everything.

    Returns:
        The reader's scores on the dev set, by name.

    Raises:
        TrainingError: the engine's training failed.
    """
    await _train_engine(progress, force=force)
    await asyncio.to_thread(_train_finder, progress, force=force)
    return await asyncio.to_thread(_train_reader, progress, force=force)


async def _train_engine(progress: Progress, *, force: bool) -> None:
    model, mark = settings.ENGINE_MODEL, settings.ENGINE_MODEL.parent / _FINGERPRINT
    now = fingerprint(settings.ROOT / name for name in _ENGINE_INPUTS)
    if not force and model.exists() and mark.exists() and mark.read_text() == now:
        progress("The engine's model is up to date.")
        return
    progress("Training the engine's intents (about 15 s) ...")
    model.parent.mkdir(parents=True, exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        str(settings.ROOT / "engine/.venv/bin/python"),
        *("engine/rasa_slim.py", "train", "--data", "data/nlu", "data/rules"),
        *("--fixed-model-name", "lotsen", "--out", str(model.parent)),
        cwd=settings.ROOT,
        env=os.environ | {"LOG_LEVEL": "WARNING"},
        stdout=PIPE,
        stderr=STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise TrainingError(output.decode(errors="replace").splitlines()[-15:])
    mark.write_text(now)


def _train_reader(progress: Progress, *, force: bool) -> dict[str, float]:
    meta = settings.READER_MODEL / "meta.json"
    made = json.loads(meta.read_text()) if meta.exists() else {}
    if not force and made.get("fingerprint") == fingerprints.of_reader(settings.CONTENT):
        progress("The reader is up to date.")
        return dict(made["scores"])
    # Imported here: training brings libraries that the running app does not need.
    from nlu.training import train as reader_training  # noqa: PLC0415

    progress("Training the reader (three to four minutes) ...")
    return reader_training.train(settings.CONTENT, settings.READER_MODEL, progress)


def _train_finder(progress: Progress, *, force: bool) -> None:
    folder, mark = settings.CONTENT / "questions", settings.FINDER_MODEL / _FINGERPRINT
    texts = documents(load_routines(settings.CONTENT))
    now = fingerprints.of_finder(folder, texts)
    if not force and mark.exists() and mark.read_text() == now:
        progress("The finder is up to date.")
        return
    from nlu.training import questions  # noqa: PLC0415  (see _train_reader)

    progress("Training the finder (about half a minute) ...")
    mark.unlink(missing_ok=True)
    questions.train(folder, texts, progress).save(settings.FINDER_MODEL)
    mark.write_text(now)


def fingerprint(paths: Iterable[Path]) -> str:
    """A digest of files, and of all files in folders, by name and content."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.relative_to(settings.ROOT)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
