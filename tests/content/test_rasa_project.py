"""The Rasa project and the code say the same."""

import re
from pathlib import Path
from typing import Any

import yaml

from actions.asked import FORM as FOLLOW_UP
from actions.asked import SLOTS as FOLLOW_UP_SLOTS
from actions.misunderstanding import SLOT as MISUNDERSTOOD
from actions.questions import ROUTINE
from actions.report import INTERRUPTIONS, ONLY_CHOSEN
from casework.prompts import Kind
from casework.report import Question
from tests.lotsen_process import ROOT
from tools.validate_rasa import is_spoken

DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
RULES = [
    rule
    for file in sorted((ROOT / "data/rules").glob("*.yml"))
    for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]
]
WITHOUT_TENSORFLOW = {
    "WhitespaceTokenizer",
    "CountVectorsFeaturizer",
    "LogisticRegressionClassifier",
    "FallbackClassifier",
    "RulePolicy",
}


def _nlu() -> dict[str, list[str]]:
    examples: dict[str, list[str]] = {}
    for file in sorted((ROOT / "data/nlu").glob("*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = entry["examples"].splitlines()
            examples.setdefault(entry["intent"], []).extend(
                line.removeprefix("- ").strip() for line in lines if line.strip()
            )
    return examples


def test_no_component_needs_tensorflow() -> None:
    used = {part["name"] for part in CONFIG["pipeline"] + CONFIG["policies"]}

    assert used <= WITHOUT_TENSORFLOW
    assert not re.search(r'^name = "tensorflow', _engine_lock(), re.MULTILINE)


def test_slots_and_form_are_the_questions() -> None:
    questions = [q.value for q in Question]

    assert {*questions, "again", ROUTINE, MISUNDERSTOOD, *FOLLOW_UP_SLOTS} == set(DOMAIN["slots"])
    assert set(questions) == set(DOMAIN["forms"]["report_form"]["required_slots"])


def test_no_slot_takes_text_by_itself() -> None:
    """`from_text` mappings steal messages in Rasa 3."""
    for slot in DOMAIN["slots"].values():
        assert slot["mappings"] == [{"type": "custom"}]
        assert slot["influence_conversation"] is False


def test_every_action_of_the_domain_is_registered_and_the_reverse() -> None:
    from actions.registry import executor  # noqa: PLC0415
    from actions.services import Services  # noqa: PLC0415
    from tests import builders  # noqa: PLC0415

    services = Services(None, builders.content(), None, None, None, None)  # type: ignore[arg-type]
    registered = set(executor(services).actions)

    assert set(DOMAIN["actions"]) == registered


def test_every_question_can_be_asked_and_explained() -> None:
    for question in Question:
        if question is not Question.TYPES:
            assert f"utter_ask_{question}" in DOMAIN["responses"], question
        assert f"utter_explain_{question}" in DOMAIN["responses"], question


def test_every_prompt_has_its_wording() -> None:
    for kind in Kind:
        assert f"utter_prompt_{kind}" in DOMAIN["responses"]


def test_every_response_is_uttered_somewhere() -> None:
    in_rules = {s["action"] for r in RULES for s in r["steps"] if "action" in s}
    for name in DOMAIN["responses"]:
        assert name in in_rules or is_spoken(name), name


def test_every_interruption_has_a_rule_in_the_form_and_one_outside() -> None:
    inside, outside = set[str](), set[str]()
    for rule in RULES:
        intents = {s["intent"] for s in rule["steps"] if "intent" in s}
        conditions = rule.get("condition") or []
        looping = any(c.get("active_loop") == "report_form" for c in conditions)
        (inside if looping else outside).update(intents)

    assert inside >= INTERRUPTIONS | ONLY_CHOSEN
    assert outside >= INTERRUPTIONS | ONLY_CHOSEN


def test_every_intent_is_met_while_the_follow_up_waits_for_an_answer() -> None:
    met = {
        step["intent"]
        for rule in RULES
        for step in rule["steps"]
        if "intent" in step
        and all(c.get("active_loop") == FOLLOW_UP for c in rule.get("condition") or [])
    }

    assert met == {*DOMAIN["intents"], "nlu_fallback"}


def test_every_intent_has_examples_enough() -> None:
    examples = _nlu()

    assert set(DOMAIN["intents"]) == set(examples)
    for intent, lines in examples.items():
        assert len(lines) >= 10, intent


def test_no_example_stands_under_two_intents() -> None:
    seen: dict[str, str] = {}
    for intent, lines in _nlu().items():
        for line in lines:
            key = re.sub(r"\W+", " ", line.casefold()).strip()
            assert seen.setdefault(key, intent) == intent, line


def test_texts_are_calm_and_swedish() -> None:
    """No exclamation marks, Swedish quotes, one form of address (house style)."""
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            text = variant["text"]
            assert "!" not in text, name
            assert '"' not in text, name
            assert not re.search(r"\b[Nn]i\b(?! ska ha talats)", text), name


def test_locks_name_only_the_public_index() -> None:
    for lock in (_engine_lock(), (ROOT / "uv.lock").read_text()):
        hosts = set(re.findall(r"https?://([^/\"]+)", lock))
        assert hosts <= {"pypi.org", "files.pythonhosted.org"}


def _engine_lock() -> str:
    return Path(ROOT / "engine/uv.lock").read_text()
