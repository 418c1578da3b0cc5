"""Starts Rasa without TensorFlow and without the channels and stores that Lotsen does not use.

Use it in place of `rasa`: `python engine/rasa_slim.py train|run|data validate ...`. It saves 2 GB of
disk and most of the start-up time; `docs/decisions/0002-rasa-without-tensorflow.md` says how and why.
"""

import importlib.abc
import importlib.machinery
import os
import sys
import threading
import types

STUBBED = {
    "tensorflow",
    "tensorflow_addons",
    "tensorflow_hub",
    "tensorflow_text",
    "tensorflow_probability",
    "keras",
    "boto3",
    "botocore",
    "confluent_kafka",
    "kafka",
    "pymongo",
    "slack_sdk",
    "twilio",
    "aiogram",
    "webexteamssdk",
    "rocketchat_API",
    "mattermostwrapper",
    "fbmessenger",
    "google",
    "aio_pika",
    "aiormq",
    "pydot",
    "sklearn_crfsuite",
    "huggingface_hub",
}


class _Meta(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub

    def __or__(cls, other):
        return cls

    __ror__ = __or__

    def __getitem__(cls, item):
        return cls


class Stub(metaclass=_Meta):
    """Stands for any class or function of a package that is not installed."""

    def __init__(self, *args, **kwargs):
        pass

    def __init_subclass__(cls, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return args[0] if args and callable(args[0]) else self  # works as a decorator

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub


class _Module(types.ModuleType):
    __path__: list = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub


class StubFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives an empty module for each package in `STUBBED`."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in STUBBED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        pass


def _only_our_estimator(*_args, **_kwargs):
    """skops lists every estimator of scikit-learn at import (5 s); we trust one, not more."""
    from sklearn.linear_model import LogisticRegression

    return [("LogisticRegression", LogisticRegression)]


def _check_the_schema_once():
    """Rasa has the schema of an action's answer checked again with every answer: two thirds of a turn."""
    from jsonschema.validators import validator_for
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def is_valid(_action, result):
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = is_valid


def _end_with_parent():
    """End when the app that started us is gone, however it ended: our standard input closes then."""

    def watch():
        while sys.stdin.buffer.read(4096):
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def main():
    """Run Rasa's command line with the stubs in place and telemetry off."""
    if os.environ.get("LOTSEN_ENDS_WITH_PARENT"):
        _end_with_parent()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    sys.meta_path.insert(0, StubFinder())
    import sklearn.utils

    sklearn.utils.all_estimators = _only_our_estimator
    from rasa.__main__ import main as rasa_main

    _check_the_schema_once()
    rasa_main()


if __name__ == "__main__":
    main()
