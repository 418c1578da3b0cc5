"""What whoever handles incidents does with their steps in the chat, one at a time."""

from actions.tasks.asking import ASK, ask_task
from actions.tasks.doing import choose
from actions.tasks.steps import DO, digest, next_step, number_button
from actions.tasks.typed import asks_what_next, is_errand, run_errand, take, understand

__all__ = [
    "ASK",
    "DO",
    "ask_task",
    "asks_what_next",
    "choose",
    "digest",
    "is_errand",
    "next_step",
    "number_button",
    "run_errand",
    "take",
    "understand",
]
