"""Logs as events with keys; a key that is not known to be harmless is left out."""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast, override

import structlog

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp",
        "action", "address", "attempt", "channel", "count", "error", "exit_status", "kind",
        "pid", "port", "seconds", "what",
    }
)  # fmt: skip
"""Nothing a person typed, no name, no number of a person can be under any of these."""


class _Unfailing:
    """A stream that loses a line rather than a person's message: the disk may be full.

    It is no class of `io`: Python would flush it once more when all that it needs is gone.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


class _OnlyWhatKind(logging.Formatter):
    """What a library says: level, where and type of error.

    Its words, and a traceback, may hold an address or what a person typed.
    """

    @override
    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0] if record.exc_info else None
        return f"{record.levelname} {record.name}" + (f" {kind.__name__}" if kind else "")


def set_up(*, verbose: bool = False) -> None:
    """Log to stderr, one line an event; libraries only from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OnlyWhatKind())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            only_allowed_keys,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.DEBUG if verbose else logging.INFO
        ),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Unfailing(sys.stderr))),
    )


def silence(*libraries: str) -> None:
    """Let nothing of libraries be logged, at any level: it holds addresses with keys, or texts."""
    for name in libraries:
        library = logging.getLogger(name)
        library.propagate = False
        library.handlers = [logging.NullHandler()]


def only_allowed_keys(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drop what is not on the list, and exception texts with it."""
    return {key: value for key, value in event.items() if key in ALLOWED_KEYS}
