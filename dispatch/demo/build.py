"""Builds the made-up company around today: all of it or nothing, through the services wherever there is one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import translation

from dispatch.catalogue import load_catalogue
from dispatch.demo.cases import Desk, Story, open_story, write_case
from dispatch.demo.customers import Town
from dispatch.demo.days import TOWN_ZONE, Day, find_broken, make_day, plan_day, promise_most, put_off
from dispatch.demo.inbox import write_inbox
from dispatch.demo.people import give_account, make_accounts, make_team
from dispatch.demo.reference import load_reference
from dispatch.demo.rules import pin_one, rule_visits, set_team_rules
from dispatch.demo.troubles import BY_CODE, COMMON, HEATING, REFRIGERANT, Trouble, deal_troubles
from dispatch.demo.work import Work, close_some, work_day
from dispatch.services.visits import cancel_visit
from maps.regions import addresses, create_generated_region
from scheduling.models import Employer, Stop, Technician, User
from scheduling.services.runs import request_run
from scheduling.services.shifts import make_shifts

REGION = "valdeluna"
FULL = 350
TODAY = 2
VISITS_OF_DAY = (60, 64, 75, 62, 38)
PLANNED_S = (0.8, 0.8, 2.5, 1.2, 0.8)
HEATING_TODAY = 9
EVENING_WISHES = ((time(20), time(20, 45)), (time(21, 30), time(22, 15)))
PROMISED = (1.0, 1.0, 0.87, 0.8, 0.55)
WRITTEN_TO = (0, 2, 4, 6, 2)
TOO_EARLY = BY_CODE["ont-power"]
TOO_MUCH = (HEATING, REFRIGERANT, TOO_EARLY)
CANCELLED = 5
WRITES_BEFORE = 0.2
"""How many of the days before have an e-mail address: the outbox stays easy to look through."""
Tell = Callable[[str], None]


@dataclass(slots=True)
class Company:
    """What the steps of the building share."""

    seed: int
    now: datetime
    scale: float
    random: Random
    days: list[Day]
    desk: Desk
    users: dict[str, User]
    team: list[Technician]
    stories: dict[int, Story] = field(default_factory=dict)
    by_day: list[list[Story]] = field(default_factory=list)

    @property
    def today(self) -> Day:
        return self.days[TODAY]

    def scaled(self, count: int) -> int:
        return max(1, round(count * self.scale))


def build_demo(*, seed: int, cases: int, now: datetime, tell: Tell) -> None:
    """``cases`` is about how many there will be. Raises ``RuntimeError`` when a route would break a rule."""
    tell("Drawing the town ...")
    create_generated_region(name=REGION, seed=seed)
    with transaction.atomic(), translation.override("es"):
        company = _found_company(seed, cases, now)
        tell("Writing cases and opening visits ...")
        _write_cases(company)
        tell("Planning and working five days ...")
        for number in range(len(company.days)):
            _live_day(company, number)
        tell("Filling the inbox ...")
        _cancel_some(company)
        total = write_inbox(
            desk=company.desk, now=now, cases=cases - len(company.stories), tomorrow=company.days[TODAY + 1]
        )
        if broken := find_broken(days=[day.date for day in company.days[TODAY + 1 :]], now=now):
            raise RuntimeError(f"the demo's routes break rules: {'; '.join(broken)}")
        request_run(
            date=company.today.date, actor=company.users["dispatcher"], now=now, seed=seed, publish_when_done=True
        )
    tell(f"{len(company.stories) + total} cases written.")


def _found_company(seed: int, cases: int, now: datetime) -> Company:
    random = Random(seed)
    today = now.astimezone(TOWN_ZONE).date()
    days = [make_day(today + timedelta(days=offset), now) for offset in (-2, -1, 0, 1, 2)]
    dates = [day.date for day in days]
    load_catalogue()
    reference = load_reference()
    users = make_accounts()
    known = addresses(REGION)
    homes = [address for address in known if address.kind == "home"]
    businesses = [address for address in known if address.kind == "business"]
    team = make_team(random=random, homes=homes, skills=reference.skills, days=dates)
    set_team_rules(team)
    make_shifts(first=dates[0], last=today + timedelta(days=settings.SLOT_HORIZON_DAYS))
    town = Town(random, homes, businesses, dates, reference)
    desk = Desk(random, reference, town, users["agent"])
    return Company(seed, now, cases / FULL, random, days, desk, users, team)


def _write_cases(company: Company) -> None:
    for number, day in enumerate(company.days):
        count = company.scaled(VISITS_OF_DAY[number])
        stories = _todays_stories(company, count) if number == TODAY else _stories(company, day, count, COMMON)
        company.by_day.append(stories)
        _remember(company, stories)


def _remember(company: Company, stories: list[Story]) -> None:
    for story in stories:
        if story.visit is not None:
            company.stories[story.visit.appointment_id] = story


def _stories(company: Company, day: Day, count: int, pool: Sequence[Trouble]) -> list[Story]:
    return [_story(company, day, trouble) for trouble in deal_troubles(company.random, count, pool)]


def _story(
    company: Company,
    day: Day,
    trouble: Trouble,
    wish: tuple[time, time] | None = None,
    business: bool | None = None,
) -> Story:
    """Escalated one to three days before the plan is made; some callers have a second trouble, some a wish."""
    random = company.random
    created_at = day.ready_at - timedelta(minutes=random.randrange(200, 3 * 24 * 60))
    due_at = day.end + timedelta(days=random.choice((0, 1, 1, 2, 4)))
    known = None
    if company.stories and business is None and random.random() < 0.06:
        known = random.choice(list(company.stories.values())).household
    story = write_case(
        company.desk,
        trouble=trouble,
        created_at=created_at,
        due_at=due_at,
        known=known,
        business=business,
        writes=day.date >= company.today.date or random.random() < WRITES_BEFORE,
    )
    if wish is None and not story.case.site.hours.exists() and random.random() < 0.25:
        wish = random.choice(((time(9), time(14)), (time(15), time(19))))
    opened_at = created_at + timedelta(minutes=random.randrange(15, 120))
    # Of today and later only what waits for that day may be planned on it: the customer named the day.
    if wish is None and day.date > company.today.date:
        wish = (time(8), time(20))
    wishes = [(day.at(wish[0]), day.at(wish[1]))] if wish else []
    return open_story(company.desk, story, at=opened_at, wishes=wishes)


def _todays_stories(company: Company, count: int) -> list[Story]:
    """Three more than fit: too much heating for those who can do it, nobody with the certificate, nobody so early."""
    day = company.today
    heating = HEATING_TODAY if company.scale >= 0.8 else 0
    others = [trouble for trouble in COMMON if trouble is not HEATING]
    stories = [_story(company, day, HEATING, wish=(time(8), time(20)), business=False) for _ in range(heating)]
    stories += _stories(company, day, max(0, count - heating - 2 - len(EVENING_WISHES)), others)
    stories += [_story(company, day, BY_CODE["alarm-offline"], wish=wish, business=False) for wish in EVENING_WISHES]
    stories.append(_story(company, day, REFRIGERANT, wish=(time(9), time(18)), business=False))
    stories.append(_story(company, day, TOO_EARLY, wish=(time(6, 15), time(7, 15)), business=False))
    return stories


def _live_day(company: Company, number: int) -> None:
    day = company.days[number]
    if number in (TODAY, TODAY + 1):
        rule_visits(stories=company.by_day[number], day=day, dispatcher=company.users["dispatcher"])
    left = _plan(company, number) and _plan(company, number)
    if left and number + 1 < len(company.days):
        later = put_off(appointment_ids=left, to=company.days[number + 1])
        company.by_day[number + 1] += [company.stories[visit.appointment_id] for visit in later]
    if number == TODAY:
        _pick_account(company)
    promise_most(
        day=day,
        random=company.random,
        share=PROMISED[number],
        written_to=company.scaled(WRITTEN_TO[number]) if WRITTEN_TO[number] else 0,
        actor=company.users["agent"],
    )
    if number <= TODAY:
        _work(company, number)
    elif number == TODAY + 1:
        pin_one(day=day, dispatcher=company.users["dispatcher"])


def _plan(company: Company, number: int) -> list[int]:
    """Plans on from the routes that stand; returns the appointments that were meant to have a place and have none."""
    left = plan_day(
        day=company.days[number],
        visits=[story.visit for story in company.by_day[number] if story.visit is not None],
        seed=company.seed,
        seconds=PLANNED_S[number] * min(1.0, company.scale),
        dispatcher=company.users["dispatcher"],
    )
    return [pk for pk in left if number != TODAY or company.stories[pk].trouble not in TOO_MUCH]


def _pick_account(company: Company) -> None:
    """The demo's technician is an employee at work, or soon to be, with much of the day still ahead."""

    def rank(technician: Technician) -> tuple[bool, int]:
        stops = Stop.objects.filter(
            route__shift__date=company.today.date, technician=technician, is_current=True, ends_at__gt=company.now
        )
        began = technician.shifts.filter(date=company.today.date, starts_at__lte=company.now).exists()
        return began and stops.exists(), stops.count()

    employees = [technician for technician in company.team if technician.employer.kind == Employer.Kind.OWN]
    give_account(company.users["technician"], max(employees, key=rank))


def _work(company: Company, number: int) -> None:
    """Days that are over ran a little late and failed now and then; today runs as planned so far."""
    over = number < TODAY
    work = Work(
        day=company.days[number],
        until=company.days[number].end if over else company.now,
        random=company.random,
        stories=company.stories,
        late_s=900 if over else 0,
        failing=0.07 if over else 0.0,
    )
    done = work_day(work)
    if number == 0:
        close_some(done, agent=company.users["agent"], at=company.days[TODAY].ready_at, random=company.random)


def _cancel_some(company: Company) -> None:
    random = company.random
    tomorrow = company.days[TODAY + 1]
    for trouble in deal_troubles(random, company.scaled(CANCELLED)):
        story = _story(company, tomorrow, trouble)
        if story.visit is None:
            continue
        company.stories[story.visit.appointment_id] = story
        at = company.now - timedelta(minutes=random.randrange(20, 180))
        by_customer = random.random() < 0.6
        cancel_visit(
            visit_id=story.visit.pk,
            reason="Ya funciona: se ha arreglado solo."
            if by_customer
            else "Duplicada con otra visita del mismo sitio.",
            actor=None if by_customer else company.users["agent"],
            actor_label="customer" if by_customer else "",
            now=at,
        )
