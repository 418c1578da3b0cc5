"""The clock: lets casework do what has become due, every half minute, in every app that runs."""

from dataclasses import asdict
from typing import ClassVar, override

import structlog

from bot.repeated import Repeated
from casework import check_ins, reminders
from casework.auditor import audit
from casework.clock import SWEDEN
from casework.content import Policy
from casework.nudges import look_after_drafts
from casework.plan_policy import Round
from casework.routines import Routines
from casework.store import Store

log = structlog.get_logger()

_TICKS_OF_AN_AUDIT = 120
"""At the start and then once an hour all open incidents are looked through."""


class Timekeeper(Repeated):
    """Never decides what is due: casework does, and several may run at once.

    Args:
        store: the record, with its clock.
        policy: the periods.
        routines: the texts that somebody looks over every year.
    """

    every_seconds: ClassVar[float] = 30.0
    failed = "clock_failed"

    def __init__(self, store: Store, policy: Policy, routines: Routines) -> None:
        super().__init__()
        self._store = store
        self._policy = policy
        self._routines = routines
        self._ticks = 0

    @override
    async def once(self) -> None:
        """Look after drafts, remind, escalate, ask how people are, see that nothing is lost."""
        store, policy = self._store, self._policy
        for stage, count in (await look_after_drafts(store, policy.drafts)).items():
            log.info("drafts_looked_after", kind=stage, count=count)
        done = {
            "handed_on": await reminders.hand_on(store),
            "reminded": await reminders.remind(store, policy),
            "escalated": await reminders.escalate(store),
            "asked": await check_ins.ask(store),
            "rounds": await reminders.begin_rounds(store, self._rounds()),
        }
        for kind, count in done.items():
            if count:
                log.info("followed_up", kind=kind, count=count)
        thoroughly = self._ticks % _TICKS_OF_AN_AUDIT == 0
        self._ticks += 1
        findings = await audit(store, policy.reminders.quiet, thoroughly=thoroughly)
        for kind, count in asdict(findings).items():
            if count:
                log.error("audit_alarm", kind=kind, count=count)

    def _rounds(self) -> list[Round]:
        """What comes back; about old texts only to whoever has some."""
        today = self._store.clock().astimezone(SWEDEN).date()
        return [
            each
            for each in self._policy.rounds
            if not each.old_routines or self._routines.old_for(each.role, today)
        ]
