"""Builds every action from its services and registers the instances with rasa-sdk's executor."""

from rasa_sdk.executor import ActionExecutor

from actions.conversation import conversation_actions
from actions.endings import ending_actions
from actions.follow_up import follow_up_actions
from actions.follow_up_form import follow_up_form_actions
from actions.own_reports import own_report_actions
from actions.report import report_actions
from actions.services import Services


def executor(services: Services) -> ActionExecutor:
    """The executor that runs Lotsen's actions; nothing is discovered by scanning packages."""
    made = ActionExecutor()
    for action in (
        *report_actions(services),
        *ending_actions(services),
        *conversation_actions(services),
        *own_report_actions(services),
        *follow_up_actions(services),
        *follow_up_form_actions(services),
    ):
        made.register_action(action)
    return made
