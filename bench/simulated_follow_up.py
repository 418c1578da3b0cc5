"""A made-up municipality under a clock that is moved: who is reminded, who acts, what is left.

Everything but the people is real: the record, its clock, the delivery. Managers act only on
prompts that were delivered to them. What is counted is counted from what was delivered and from
the rows, with the simulation's own notes of who must never hear of what.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, StrEnum
from pathlib import Path
from random import Random
from typing import Any, override

from cryptography.fernet import Fernet
from sqlalchemy import event, func, select, update
from structlog.testing import capture_logs

from bot.delivery import Delivery
from bot.gateway import Gateway
from bot.settings import CONTENT
from bot.timekeeper import Timekeeper
from casework import (
    authorities,
    check_ins,
    drafts,
    followup,
    incidents,
    organisation,
    submission,
    turns,
)
from casework.access import Act, may
from casework.auditor import Findings, audit
from casework.authorities import Made
from casework.clock import SWEDEN
from casework.content import Content, load_content
from casework.encryption import Cipher
from casework.errors import CaseworkError, ImpossibleChangeError, NotAllowedError
from casework.followup import OpenGateError, Task, TaskId
from casework.incidents import CLOSE, SETTLED
from casework.organisation_file import OrganisationFile
from casework.organisation_import import import_organisation
from casework.prompts import FOR_EXPOSED, DuePrompt, Kind
from casework.report import Answers, Facts, Question, barred, next_question
from casework.routines import load_routines
from casework.schema import Incident, Participant, Person, Step
from casework.store import DATABASE_FILE, Store
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PersonId,
    PoliceWish,
    Purpose,
    Recipient,
    Reference,
    ReportedBy,
    Role,
    Status,
    SupportGiven,
    Wellbeing,
)
from casework.working_time import add_working_time

BEGINS = datetime(2026, 9, 14, 0, 0, tzinfo=SWEDEN)
"""A Monday; the days that follow hold a change of the clocks, Christmas and New Year."""

EVERY_HOUR = (*(time(hour) for hour in range(24)), time(8, 30))
"""When the clock ticks if nothing else is said; the digest comes at half past eight."""

SOME_HOURS = (*(time(hour) for hour in (3, 7, 12, 16, 20)), time(8, 30))
"""The same for a short run."""

_LATER_TRIES = tuple(timedelta(minutes=2**n) for n in range(6))


MESSAGES = 3
"""What every exposed person is told at least: received, somebody acted, closed."""


class Chance(float, Enum):
    """How often something happens; made up."""

    SERIES = 0.4
    SERIOUS = 0.5
    SMALL = 0.41
    HIDDEN = 0.05
    WITHDRAWS = 0.04
    CORRECTS = 0.06
    WAS_THE_MANAGER = 0.42
    LEAVES = 0.02
    PUSH_FAILS = 0.03
    BREAKS = 0.51
    LEAVES_A_STEP = 0.43
    SPARES = 0.3
    LATER = 0.051
    SAYS_NOTHING = 0.2
    STOPS = 0.052
    HAD_NO_SUPPORT = 0.25


class Habit(StrEnum):
    """How a manager, or whoever else handles incidents, does it."""

    PROMPT = "at once"
    LATE = "late"
    PARTLY = "in part"
    NEVER = "never"
    AWAY = "away for a month, with a stand-in"
    QUITS = "quits"


_HABITS_OF_UNITS = (
    *(Habit.PROMPT, Habit.LATE, Habit.PARTLY, Habit.NEVER, Habit.AWAY, Habit.QUITS),
    *(Habit.PROMPT, Habit.LATE),
)
_HABITS_ABOVE = (Habit.PROMPT, Habit.QUITS, Habit.NEVER)


@dataclass(frozen=True)
class Extent:
    """How large the municipality is, and how much happens there."""

    incidents: int
    days: int = 120
    arriving_days: int = 42
    areas: int = 3
    units_of_area: int = 8
    staff_of_unit: int = 5
    ticks: tuple[time, ...] = EVERY_HOUR
    reminding: bool = True
    """Without, only what people write themselves is delivered: the baseline."""


@dataclass
class Handed:
    """One delivery."""

    prompt: DuePrompt
    at: datetime


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        wrongs: what must never be, counted; a clean run has none.
        handed: everything that was delivered.
    """

    wrongs: Counter[str] = field(default_factory=Counter)
    handed: list[Handed] = field(default_factory=list)
    incidents: int = 0
    closed: int = 0
    withdrawn: int = 0
    serious: int = 0
    overdue: int = 0
    overdue_visible: int = 0
    left_open: Counter[str] = field(default_factory=Counter)
    never_asked: int = 0
    """Open, and the last message to whoever is to act is older than two weeks."""
    fewest_messages: int = 0
    too_few_messages: int = 0
    refused_at_gate: int = 0
    deeds: Counter[str] = field(default_factory=Counter)


class _Nobody(Gateway):
    """A gateway at which nobody is looking."""

    def __init__(self) -> None:  # it has no engine to reach
        pass

    @override
    def present(self, person_id: str) -> None:
        return None

    @override
    def present_people(self) -> set[PersonId]:
        return set()

    @override
    def forget_silent(self, *, after_seconds: float, anonymous_after_seconds: float) -> None:
        pass


async def simulate(folder: Path, extent: Extent, seed: int = 1) -> Outcome:
    """One run in a database of its own."""
    now = [BEGINS]

    def move(to: datetime) -> None:
        now[0] = to

    url = f"sqlite+aiosqlite:///{folder / DATABASE_FILE}"
    store = Store(url, Cipher([Fernet.generate_key().decode()]), lambda: now[0])
    # What it does is written to no disk that must survive it.
    event.listen(store.engine.sync_engine, "connect", _without_waiting_for_the_disk)
    try:
        await store.migrate()
        return await Simulation(store, load_content(CONTENT), move, extent, seed).run()
    finally:
        await store.close()


def nobody_looks() -> Gateway:
    """A gateway at which nobody is looking, so everything is pushed."""
    return _Nobody()


class Simulation:
    """One run.

    Args:
        store: empty, but for its schema; its clock is what `set_clock` sets.
        content: what ships.
        set_clock: moves the store's clock.
        extent: how much.
        seed: which people do what.
    """

    name = "push"

    def __init__(
        self,
        store: Store,
        content: Content,
        set_clock: Callable[[datetime], None],
        extent: Extent,
        seed: int = 1,
    ) -> None:
        self._store = store
        self._content = content
        self._set_clock = set_clock
        self._extent = extent
        self._random = Random(seed)  # noqa: S311  it must be the same each time
        self._delivery = Delivery(store, content.policy, nobody_looks(), [self])
        self._timekeeper = Timekeeper(store, content.policy, load_routines(CONTENT))
        self._habits: dict[PersonId, Habit] = {}
        self._staff: list[PersonId] = []
        self._manager_of: dict[PersonId, PersonId] = {}
        self._agenda: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._number = 0
        self._acts_at: dict[PersonId, datetime] = {}
        self._kept_from: dict[Reference, set[str]] = defaultdict(set)
        self._reports: dict[PersonId, list[Reference]] = defaultdict(list)
        self._keys = Counter[str]()
        self._gone = set[PersonId]()
        self._refused = set[tuple[Reference, str]]()
        self._failing = False
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        """Let the days pass."""
        with capture_logs() as logs:
            await self._live()
        for line in logs:
            alarm = f"alarms of the auditor: {line.get('kind')}"
            self.outcome.wrongs[alarm] += line["event"] == "audit_alarm"
            self.outcome.wrongs["failures"] += line["event"].endswith("_failed") and (
                line["event"] != "channel_failed"
            )
        self.outcome.wrongs = +self.outcome.wrongs
        return self.outcome

    async def _live(self) -> None:
        self._now = BEGINS
        self._set_clock(BEGINS)
        await self._settle()
        self._plan_arrivals()
        moments = (
            datetime.combine(BEGINS.date() + timedelta(days=day), hour, SWEDEN)
            for day in range(self._extent.days)
            for hour in sorted(self._extent.ticks)
        )
        for moment in moments:
            await self._pass_to(moment)
            if moment.time() == time(12):
                await self._look_daily()
        await self._count()

    # --- the clock

    async def _pass_to(self, moment: datetime) -> None:
        due = sorted((d for d in self._agenda if d[0] <= moment), key=lambda d: d[:2])
        self._agenda = [d for d in self._agenda if d[0] > moment]
        for at, _, deed in due:
            self._move(max(at, self._now))
            await deed()
            await self._deliver()
        self._move(moment)
        if self._extent.reminding:
            await self._timekeeper.once()
        await self._deliver()

    async def _deliver(self) -> None:
        self._failing = False
        await self._delivery.once()
        for pause in _LATER_TRIES:
            if not self._failing:
                return
            self._failing = False
            self._move(self._now + pause)
            await self._delivery.once()

    def _move(self, to: datetime) -> None:
        self._now = to
        self._set_clock(to)

    def _later(self, at: datetime, deed: Callable[[], Awaitable[None]]) -> None:
        self._number += 1
        self._agenda.append((at, self._number, deed))

    # --- the people

    async def _settle(self) -> None:
        """The municipality moves in."""
        extent = self._extent
        units = [{"id": "topp", "name": "Påhittsförvaltningen"}]
        people: list[dict[str, str]] = [_person("toppchef", Role.MANAGER, "topp")]
        people += [_person(f"hr-{n}", Role.HR, "topp") for n in range(2)]
        people += [_person("sakerhet", Role.SECURITY, "topp")]
        self._habits |= {
            PersonId("toppchef"): Habit.LATE,
            PersonId("hr-0"): Habit.PARTLY,
            PersonId("hr-1"): Habit.LATE,
            PersonId("sakerhet"): Habit.PARTLY,
        }
        for area in range(extent.areas):
            units.append({"id": f"omrade-{area}", "name": f"Område {area}", "parent": "topp"})
            above = PersonId(f"omradeschef-{area}")
            people.append(_person(above, Role.MANAGER, f"omrade-{area}"))
            self._habits[above] = _HABITS_ABOVE[area % len(_HABITS_ABOVE)]
            for unit in range(extent.units_of_area):
                name = f"enhet-{area}-{unit}"
                units.append({"id": name, "name": f"Enhet {name}", "parent": f"omrade-{area}"})
                manager = PersonId(f"chef-{area}-{unit}")
                people.append(_person(manager, Role.MANAGER, name))
                self._habits[manager] = _HABITS_OF_UNITS[unit % len(_HABITS_OF_UNITS)]
                self._manager_of[manager] = above
                staff = [PersonId(f"p-{area}-{unit}-{n}") for n in range(extent.staff_of_unit)]
                people += [_person(s, Role.STAFF, name) for s in staff]
                self._manager_of |= dict.fromkeys(staff, manager)
                self._staff += [*staff, manager]
        self._manager_of |= {
            PersonId(f"omradeschef-{area}"): PersonId("toppchef") for area in range(extent.areas)
        }
        file = {"name": "Påhittskommun", "units": units, "people": people, "contacts": {}}
        entries = OrganisationFile.model_validate(file)
        await import_organisation(self._store, entries)
        for person, habit in self._habits.items():
            if habit in (Habit.AWAY, Habit.QUITS):
                await self._plan_absence(person, habit)

    async def _plan_absence(self, person: PersonId, habit: Habit) -> None:
        day = self._random.randint(5, 40)
        if habit is Habit.AWAY:
            back = (BEGINS + timedelta(days=day + 30)).date()
            stand_in = self._random.choice([p for p in self._manager_of if p in self._habits])
            self._later(self._at(day), lambda: self._go_away(person, back, stand_in))
        else:
            self._later(self._at(day), lambda: self._quit(person))

    async def _go_away(self, person: PersonId, back: date, stand_in: PersonId) -> None:
        await self._change(person, away_until=back, stand_in_id=stand_in)
        self._later(
            datetime.combine(back + timedelta(days=1), time(9), SWEDEN),
            lambda: self._change(person, away_until=None),
        )

    async def _quit(self, person: PersonId) -> None:
        await self._change(person, active=False)
        self._gone.add(person)

    async def _change(self, person: PersonId, **values: object) -> None:
        async with self._store.transaction() as db_session:
            await db_session.execute(update(Person).where(Person.id == person).values(**values))

    def _at(self, day: int) -> datetime:
        """Some time of a day, mostly at work."""
        hour = self._random.choice((8, 9, 9, 10, 11, 13, 14, 15, 16, 19, 23, 5))
        moment = BEGINS + timedelta(days=day)
        return moment.replace(hour=hour, minute=self._random.randint(0, 59))

    def _is(self, chance: Chance) -> bool:
        return self._random.random() < chance.value

    # --- what happens to them

    def _plan_arrivals(self) -> None:
        for _ in range(self._extent.incidents):
            day = self._random.randrange(self._extent.arriving_days)
            reporter = self._random.choice(self._staff)
            self._later(self._at(day), lambda reporter=reporter: self._report(reporter))  # type: ignore[misc]

    async def _report(self, reporter: PersonId) -> None:
        if reporter in self._gone:
            reporter = self._random.choice([p for p in self._staff if p not in self._gone])
        async with self._store.transaction() as db_session:
            possible = await organisation.recipients(db_session, reporter)
        answers = self._story(reporter, possible)
        if self._reports[reporter] and self._is(Chance.SERIES):
            answers = answers.having(series=self._reports[reporter][-1])
        conversation = turns.new_conversation_id()
        await turns.start_conversation(self._store, conversation, reporter, "web")
        await drafts.begin(self._store, reporter, conversation, answers)
        receipt = await submission.submit(self._store, self._content, reporter)
        reference = receipt.reference
        self._reports[reporter].append(reference)
        self.outcome.incidents += 1
        self.outcome.serious += answers.facts.serious
        self._kept_from[reference] |= self._whom_it_is_kept_from(reporter, answers)
        soon = self._now + timedelta(hours=self._random.randint(20, 24 * 12))
        if self._is(Chance.WITHDRAWS):
            self._later(soon, lambda: self._withdraw(reporter, reference))
        elif self._is(Chance.CORRECTS):
            self._later(soon, lambda: self._correct(reporter, reference))
        elif self._is(Chance.LEAVES):
            self._later(soon, lambda: self._quit(reporter))

    def _story(self, reporter: PersonId, possible: Mapping[Recipient, object]) -> Answers:
        choose = self._random.choice
        kind = choose([t for t in IncidentType if t in _RECORDED])
        serious = kind in _MAYBE_SERIOUS and self._is(Chance.SERIOUS)
        small = not serious and kind is IncidentType.HARASSMENT and self._is(Chance.SMALL)
        influencer = choose(_INFLUENCERS)
        rank = choose(_RANKS) if influencer is Perpetrator.MANAGER else None
        hidden = frozenset({Recipient.MANAGER}) if self._is(Chance.HIDDEN) else frozenset()
        is_manager = reporter in self._habits
        facts = Facts(types=(kind,), serious=serious, masked="någon ville påverka mig")
        answers = Answers(
            description="någon ville påverka mig",
            facts=facts,
            types=(kind,),
            small=small,
            exposed=choose(_EXPOSED_OF_MANAGERS if is_manager else _EXPOSED),
            is_manager=is_manager,
            perpetrator=influencer,
            which_manager=rank,
            hidden_from=hidden,
            purpose=Purpose.YES,
            unknown=frozenset(_UNASKED),
            channel=Channel.PHONE,
            area=Area.CHILDREN,
            police=PoliceWish.EMPLOYER,
            support=(),
            send=True,
        )
        receivers = [r for r in possible if r not in barred(answers)]
        return answers.having(recipient=choose(receivers))

    def _whom_it_is_kept_from(self, reporter: PersonId, answers: Answers) -> set[str]:
        """By the simulation's own knowledge of who was whose manager when it was told."""
        nearest, above = self._managers_of(reporter)
        held = {Recipient.MANAGER: {nearest}, Recipient.MANAGER_ABOVE: {above}}
        held |= {Recipient.HR: {"hr-0", "hr-1"}, Recipient.SECURITY: {"sakerhet"}}
        return {str(p) for r in barred(answers) for p in held[r] if p} - {reporter}

    def _managers_of(self, person: PersonId) -> tuple[str, str]:
        line: list[str] = []
        above = self._manager_of.get(person)
        while above:
            if above not in self._gone:
                line.append(above)
            above = self._manager_of.get(above)
        line += ["", ""]
        return line[0], line[1]

    async def _withdraw(self, reporter: PersonId, reference: Reference) -> None:
        with_luck = incidents.withdraw(self._store, reporter, reference)
        self.outcome.withdrawn += await self._try("withdrawn", with_luck)

    async def _correct(self, reporter: PersonId, reference: Reference) -> None:
        """It was worse than told; and sometimes it was the manager."""
        try:
            told = await submission.as_answers(self._store, reporter, reference)
        except CaseworkError:
            return
        facts = told.facts.model_copy(update={"serious": True})
        corrected = told.having(
            facts=facts,
            types=(IncidentType.VIOLENCE,),
            small=False,
            changing=False,
            send=True,
            unknown=frozenset(_UNASKED),
        )
        if self._is(Chance.WAS_THE_MANAGER):
            corrected = corrected.having(
                perpetrator=Perpetrator.MANAGER, which_manager=ManagerRank.NEAREST
            )
        elif told.perpetrator is Perpetrator.MANAGER:
            corrected = corrected.having(which_manager=ManagerRank.UNKNOWN)
        async with self._store.transaction() as db_session:
            possible = await organisation.recipients(db_session, reporter)
        allowed = [r for r in possible if r not in barred(corrected)]
        if not allowed:
            return
        corrected = corrected.having(recipient=allowed[0])
        conversation = turns.new_conversation_id()
        await turns.start_conversation(self._store, conversation, reporter, "web")
        await drafts.begin(self._store, reporter, conversation, corrected)
        assert next_question(corrected) is None, next_question(corrected)  # noqa: S101
        if await self._try("corrected", submission.amend(self._store, self._content, reporter)):
            self._kept_from[reference] |= self._whom_it_is_kept_from(reporter, corrected)
        else:
            await drafts.discard(self._store, reporter)

    # --- the channel

    async def deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:
        """Take everything, but for now and then; note what must never be."""
        if self._is(Chance.PUSH_FAILS):
            self._failing = True
            if self._is(Chance.BREAKS):
                raise ConnectionResetError
            return False
        wrongs, local = self.outcome.wrongs, self._now.astimezone(SWEDEN).time()
        wrongs["delivered in quiet hours"] += local >= time(20) or local < time(7)
        wrongs["delivered to somebody who has left"] += person_id in self._gone
        for prompt in due:
            self._keys[prompt.key] += 1
            wrongs["the same prompt delivered twice"] += self._keys[prompt.key] > 1
            self.outcome.handed.append(Handed(prompt, self._now))
            if prompt.reference:
                is_kept = person_id in self._kept_from[prompt.reference]
                wrongs["delivered to somebody it is kept from"] += is_kept
        wrongs["steps told more than once at a time"] += (
            sum(prompt.kind is Kind.STEPS for prompt in due) > 1
        )
        if any(prompt.kind not in FOR_EXPOSED for prompt in due):
            self._will_act(person_id)
        for prompt in due:
            if prompt.kind is Kind.CHECK_IN and prompt.reference:
                self._will_answer(person_id, prompt.reference)
        return True

    # --- what they do about it

    def _will_act(self, person: PersonId) -> None:
        """One task at a time: whoever has it on their list already does not put it there again."""
        if person in self._acts_at or person not in self._habits:
            return
        pause = {
            Habit.PROMPT: timedelta(hours=2),
            Habit.AWAY: timedelta(hours=2),
            Habit.QUITS: timedelta(hours=2),
            Habit.LATE: timedelta(hours=self._random.randint(20, 60)),
            Habit.PARTLY: timedelta(hours=6),
        }.get(self._habits[person])
        if pause is None:
            return
        at = add_working_time(self._now, pause)
        self._acts_at[person] = at
        self._later(at, lambda: self._act(person))

    async def _act(self, person: PersonId) -> None:
        del self._acts_at[person]
        if person in self._gone or await self._is_away(person):
            return
        soon = self._now + timedelta(days=16)
        for task in await followup.tasks(self._store, person):
            if task.due <= soon and (task.name != CLOSE or self._is_to_be_closed(task)):
                await self._do(person, task)

    def _is_to_be_closed(self, task: Task) -> bool:
        return task.due <= self._now + timedelta(days=15)

    async def _is_away(self, person: PersonId) -> bool:
        async with self._store.transaction() as db_session:
            row = await db_session.get_one(Person, person)
            return row.away_until is not None and row.away_until >= self._now.date()

    async def _do(self, person: PersonId, task: Task) -> None:
        key = (task.reference, task.name)
        is_partial = self._habits[person] is Habit.PARTLY and task.name != CLOSE
        if is_partial and (key in self._refused or self._is(Chance.LEAVES_A_STEP)):
            self._refused.add(key)
            return
        try:
            await self._answer(person, task)
        except OpenGateError:
            self.outcome.refused_at_gate += 1
        except (ImpossibleChangeError, NotAllowedError) as error:
            # Somebody else answered it, or the reporter withdrew it, since the list was read.
            self.outcome.deeds[f"came too late: {type(error).__name__}"] += 1

    async def _answer(self, person: PersonId, task: Task) -> None:
        store, content = self._store, self._content
        which = TaskId(task.reference, task.name)
        planned = content.policy.step(task.name)
        spare = bool(planned and planned.reasons) and self._is(Chance.SPARES)
        reason = planned.reasons[0] if planned and planned.reasons else ""
        if planned and planned.authority:
            if spare:
                await authorities.not_reported(store, content, person, which, reason)
            else:
                await authorities.reported(store, content, person, which, _MADE)
        elif self._is(Chance.LATER):
            await followup.later(store, content, person, which)
        elif spare:
            await followup.not_needed(store, content, person, which, reason)
        else:
            await followup.done(store, content, person, which, "det är gjort")
        self.outcome.deeds["answers"] += 1

    def _will_answer(self, person: PersonId, reference: Reference) -> None:
        if self._is(Chance.SAYS_NOTHING) or person in self._gone:
            return
        at = self._now + timedelta(hours=self._random.randint(1, 30))
        self._later(at, lambda: self._answer_check_in(person, reference))

    async def _answer_check_in(self, person: PersonId, reference: Reference) -> None:
        if person in self._gone:
            return
        if self._is(Chance.STOPS):
            await self._try("stopped", check_ins.stop(self._store, person, reference))
            return
        is_bad = self._is(Chance.HAD_NO_SUPPORT)
        answered = check_ins.answer(
            self._store,
            self._content.policy,
            person,
            reference,
            wellbeing=Wellbeing.BAD if is_bad else Wellbeing.GOOD,
            support=SupportGiven.NO if is_bad else SupportGiven.YES,
            tell_manager=True if is_bad else None,
        )
        await self._try("said no" if is_bad else "said yes", answered)

    async def _try(self, what: str, deed: Awaitable[object]) -> bool:
        try:
            await deed
        except ImpossibleChangeError:
            return False
        self.outcome.deeds[what] += 1
        return True

    # --- what is counted

    async def _look_daily(self) -> None:
        """What must hold on every day."""
        if self._extent.reminding:
            found: Findings = await audit(self._store, self._content.policy.reminders.quiet)
            self.outcome.wrongs["prompts that nobody tried to deliver"] += found.untried
            self.outcome.wrongs["open incidents that nobody is responsible for"] += found.orphaned
        async with self._store.transaction() as db_session:
            reminded = select(Step.incident_id).where(Step.remind_at.is_not(None))
            forgotten = select(func.count(Incident.id)).where(
                Incident.status.not_in(SETTLED), Incident.id.not_in(reminded)
            )
            wrongs = self.outcome.wrongs
            wrongs["open without a next reminder"] += await db_session.scalar(forgotten) or 0

    async def _count(self) -> None:
        counted = _Count(self._store, self.outcome, self._habits, self._now)
        await counted.all()


class _Count:
    """Counts what is left when the days have passed."""

    def __init__(
        self, store: Store, outcome: Outcome, habits: dict[PersonId, Habit], now: datetime
    ) -> None:
        self._store = store
        self._outcome = outcome
        self._habits = habits
        self._now = now
        self._told: dict[Reference, list[Handed]] = defaultdict(list)
        self._digests: dict[PersonId, datetime] = {}
        for handed in outcome.handed:
            prompt = handed.prompt
            if prompt.reference:
                self._told[prompt.reference].append(handed)
            elif prompt.kind is Kind.STEPS:
                self._digests[prompt.recipient_id] = handed.at

    async def all(self) -> None:
        async with self._store.transaction() as db_session:
            rows = list(await db_session.scalars(select(Incident)))
            steps: dict[int, list[Step]] = defaultdict(list)
            for step in await db_session.scalars(select(Step)):
                steps[step.incident_id].append(step)
            taking_part: dict[int, set[str]] = defaultdict(set)
            for row in await db_session.scalars(select(Participant)):
                taking_part[row.incident_id].add(row.person_id)
            gone = set(await db_session.scalars(select(Person.id).where(~Person.active)))
        people = {p.id: p for p in await organisation.everybody(self._store)}
        overseers = [p for p in people.values() if p.role in (Role.HR, Role.SECURITY)]
        fewest = list[int]()
        for incident in rows:
            if incident.status == Status.WITHDRAWN:
                continue
            mine, handlers = steps[incident.id], taking_part[incident.id]
            if incident.reporter_id not in gone:
                fewest.append(self._messages(incident))
            if incident.closed_at:
                self._outcome.closed += 1
                open_gate = any(s.gate and s.outcome is None for s in mine)
                self._outcome.wrongs["closed without passing the gate"] += open_gate
                continue
            self._outcome.left_open[self._why_open(incident)] += 1
            sees = any(may(p, Act.OVERSEE, incident) for p in overseers)
            late = [s for s in mine if s.outcome is None and s.due < self._now]
            self._outcome.overdue += bool(late)
            self._outcome.overdue_visible += bool(late) and sees
            self._look_for_silence(incident, late, handlers)
        self._outcome.fewest_messages = min(fewest, default=0)
        self._outcome.too_few_messages = sum(n < MESSAGES for n in fewest)

    def _messages(self, incident: Incident) -> int:
        told = self._told[Reference(incident.reference)]
        return sum(
            h.prompt.kind in FOR_EXPOSED and h.prompt.recipient_id == incident.reporter_id
            for h in told
        )

    def _why_open(self, incident: Incident) -> str:
        return str(self._habits[PersonId(incident.responsible_id)])

    def _look_for_silence(self, incident: Incident, late: list[Step], others: set[str]) -> None:
        """An overdue incident lapses silently if nobody was told of it, or nobody above."""
        handlers = {incident.responsible_id, *others}
        latest = [self._digests[PersonId(p)] for p in handlers if p in self._digests]
        asked_lately = bool(latest) and max(latest) > self._now - timedelta(days=14)
        overdue = [s for s in late if s.due < self._now - timedelta(days=3)]
        lapsed = bool(overdue) and not (asked_lately and all(s.reminders for s in overdue))
        too_late = [s for s in late if s.escalate_at and s.escalate_at < self._now]
        escalated = [s for s in late if s.escalated_at and s.escalated_at < self._now - _A_DAY]
        kinds = {h.prompt.kind for h in self._told[Reference(incident.reference)]}
        unheard = bool(too_late) or (bool(escalated) and Kind.ESCALATED not in kinds)
        self._outcome.never_asked += lapsed or unheard
        self._outcome.wrongs["silently lapsed"] += lapsed or unheard


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


def _person(name: str, role: Role, unit: str) -> dict[str, str]:
    return {"id": name, "name": f"{name.capitalize()} Exempelsson", "role": role, "unit": unit}


_MAYBE_SERIOUS = (IncidentType.THREAT, IncidentType.VIOLENCE)
_A_DAY = timedelta(days=4)
_UNASKED = (Question.OCCURRED,)
_RECORDED = (
    *(IncidentType.HARASSMENT, IncidentType.THREAT, IncidentType.VIOLENCE),
    *(IncidentType.VANDALISM, IncidentType.OTHER),
)
_INFLUENCERS = (
    *(Perpetrator.CLIENT, Perpetrator.CLIENT, Perpetrator.RELATIVE, Perpetrator.UNKNOWN),
    *(Perpetrator.MANAGER, Perpetrator.COLLEAGUE, Perpetrator.POLITICIAN),
)
_RANKS = (ManagerRank.NEAREST, ManagerRank.ABOVE, ManagerRank.OTHER)
_EXPOSED = (Exposed.SELF, Exposed.SELF, Exposed.SELF, Exposed.WITNESSED)
_EXPOSED_OF_MANAGERS = (Exposed.SELF, Exposed.EMPLOYEE)
_MADE = Made(ReportedBy.EMPLOYER)
