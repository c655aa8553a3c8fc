"""A day as VROOM's JSON: for other solvers, and for judges from outside. Personal data stays at home."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.travel import TravelError
from scheduling.core.formats.vroom import VroomInput
from scheduling.core.formats.vroom_answer import write_vroom
from scheduling.core.formats.vroom_problem import describe_problem
from scheduling.core.insert import Inserter
from scheduling.core.plan import Plan
from scheduling.planning import Situation, load_situation
from scheduling.selectors import plannable_appointments

# Shifts east of Greenwich begin before the midnight that seconds count from, and VROOM wants none below 0.
DAY_S = 86_400


class Command(BaseCommand):
    help = "Writes the problem of one day, as the planner would get it now, and the current routes as a plan for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=_date, required=True, help="such as 2026-11-26")
        parser.add_argument("--problem", type=Path, required=True, metavar="FILE")
        parser.add_argument("--plan", type=Path, metavar="FILE", help="the current routes, in VROOM's answer")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            also = plannable_appointments(date=options["date"], now=now)
            situation = load_situation(dates=[options["date"]], now=now, also=also)
        except TravelError as error:
            raise CommandError(str(error)) from error
        if not situation.lanes:
            raise CommandError(_("Nobody is on shift on %(date)s.") % {"date": options["date"]})
        data = describe_problem(situation.problem, DAY_S)
        _write(options["problem"], data)
        if options["plan"]:
            given = VroomInput(situation.problem, DAY_S, data)
            _write(options["plan"], write_vroom(given, _present_plan(situation)))
        self.stdout.write(
            _("%(visits)d visits, %(shifts)d shifts")
            % {"visits": len(situation.problem.jobs), "shifts": len(situation.problem.workers)}
        )


def _present_plan(situation: Situation) -> Plan:
    inserter = Inserter(situation.problem, situation.present)
    served = {job_id for route in situation.present.routes for job_id in route.job_ids}
    left_out = (job for job in situation.problem.jobs if job.id not in served)
    return Plan(situation.present.routes, tuple(inserter.reasons(job) for job in left_out))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-11-26") from error


def _write(path: Path, data: object) -> None:
    try:
        path.write_text(json.dumps(data))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
