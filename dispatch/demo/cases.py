"""Cases of the made-up company, written through the services: what was tried from afar, then the visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dispatch.demo.customers import Household, Town, make_device, make_household
from dispatch.demo.reference import Reference
from dispatch.demo.troubles import Trouble
from dispatch.enums import AttemptOutcome
from dispatch.models import Case, Visit
from dispatch.services.cases import Attempt, create_case
from dispatch.services.visits import open_visit
from scheduling.enums import Priority
from scheduling.models import User

STAFF = {
    1: ("Ana Beltrán", "Raúl Pascual", "Noelia Vera"),
    2: ("Tomás Aguilar", "Inés Carrasco"),
    3: ("Joaquín Salas",),
}
PRIORITIES = (Priority.LOW, Priority.NORMAL, Priority.HIGH, Priority.URGENT)
HOW_OFTEN = (10, 65, 20, 5)
UNREACHED = {"es": "Se llamó al cliente para seguir probando; no contesta", "en": "The customer did not pick up"}
SAID = {
    "es": "Hay que verlo en el sitio: le enviaremos un técnico y un mensaje para elegir la hora.",
    "en": "Someone has to see it on site: we will send a technician and a message to choose a time.",
}


@dataclass(slots=True)
class Desk:
    """Who writes the cases, and with what."""

    random: Random
    reference: Reference
    town: Town
    agent: User


@dataclass(frozen=True, slots=True)
class Story:
    """A case and what it is about; ``visit`` once one was opened."""

    trouble: Trouble
    household: Household
    case: Case
    visit: Visit | None = None

    @property
    def language(self) -> str:
        return "en" if self.household.english else "es"


def write_case(
    desk: Desk,
    *,
    trouble: Trouble,
    created_at: datetime,
    due_at: datetime,
    known: Household | None = None,
    business: bool | None = None,
    writes: bool = True,
) -> Story:
    """``known`` is a customer who calls again, about another device. Who does not write has no e-mail address."""
    random = desk.random
    if known is None:
        if business is None:
            business = trouble.at == "business" or (trouble.at == "both" and random.random() < 0.12)
        household = make_household(desk.town, trouble.product, business=business, writes=writes)
    else:
        device = make_device(desk.town, known.site, trouble.product)
        household = Household(known.customer, known.site, known.contact, device)
    words = trouble.en if household.english else trouble.es
    attempts = _invent_attempts(desk, trouble, household, created_at)
    from_outside = random.random() < 0.2
    case = create_case(
        customer=household.customer,
        site=household.site,
        contact=household.contact,
        device=household.device,
        channel=attempts[0].channel,
        line=attempts[-1].line,
        symptom=desk.reference.symptoms[trouble.symptom],
        description=random.choice(words.problem),
        priority=random.choices(PRIORITIES, HOW_OFTEN)[0],
        due_at=due_at,
        attempts=attempts,
        source=desk.reference.help_desk if from_outside else None,
        external_id=f"HD-{20_000 + household.device.pk}" if from_outside else "",
        actor=None if from_outside else desk.agent,
        actor_label=desk.reference.help_desk.name if from_outside else "",
        now=created_at,
    )
    return Story(trouble, household, case)


def open_story(desk: Desk, story: Story, *, at: datetime, wishes: Sequence[tuple[datetime, datetime]] = ()) -> Story:
    """Opens the visit without telling the customer: in the demo only a few are written to."""
    visit = open_visit(
        case_id=story.case.pk,
        visit_type_id=desk.reference.visit_types[story.trouble.visit_type].pk,
        actor=desk.agent,
        now=at,
        wishes=wishes,
        tell_customer=False,
    )
    return Story(story.trouble, story.household, visit.case, visit)


def _invent_attempts(desk: Desk, trouble: Trouble, household: Household, created_at: datetime) -> list[Attempt]:
    """Two to four, up the lines, the last one shortly before the case was escalated."""
    random = desk.random
    words = trouble.en if household.english else trouble.es
    language = "en" if household.english else "es"
    tried = list(words.tried[: random.choice((2, 3, 4))])
    if len(tried) < 4 and random.random() < 0.15:
        tried.insert(1, UNREACHED[language])
    first = random.choices(("telephone", "email", "chat", "form", "social"), (55, 12, 18, 10, 5))[0]
    at = created_at - timedelta(minutes=random.randrange(5, 25))
    moments = []
    for _ in tried:
        moments.append(at)
        at -= timedelta(minutes=random.randrange(25, 400))
    attempts = []
    for number, (what, moment) in enumerate(zip(tried, reversed(moments), strict=True), 1):
        last = number == len(tried)
        level = 1 if number == 1 else 3 if last and len(tried) > 3 else 2
        channel = first if number == 1 else "specialist" if level == 3 else "telephone"
        outcome = AttemptOutcome.NEEDS_VISIT if last else AttemptOutcome.NOT_SOLVED
        if what == UNREACHED[language]:
            outcome = AttemptOutcome.NOT_REACHED
        attempts.append(
            Attempt(
                line=desk.reference.lines[level],
                channel=desk.reference.channels[channel],
                tried=what,
                outcome=outcome,
                by=random.choice(STAFF[level]),
                at=moment,
                said=SAID[language] if last else "",
            )
        )
    return attempts
