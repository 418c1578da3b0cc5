"""A log line holds only keys that cannot carry what a person typed."""

from bot.logs import only_allowed_keys


def test_unknown_keys_and_exception_texts_are_dropped() -> None:
    event = {"event": "turn_failed", "text": "hemligt", "exception": "hemligt", "error": "X"}

    assert only_allowed_keys(None, "info", event) == {"event": "turn_failed", "error": "X"}
