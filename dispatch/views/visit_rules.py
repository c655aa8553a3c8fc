"""A dispatcher sets the planning rules of one visit."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.access import ADMINISTRATOR, DISPATCHER, get_visit_for, role_required
from dispatch.forms.rules import RulesForms
from dispatch.models import Visit
from dispatch.views.acting import acting_user
from scheduling.errors import BrokenRule, MoveRefused, Refused
from scheduling.services.appointments import current_stop
from scheduling.services.rules import find_due_faults, read_rules, set_planning_rules


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(DISPATCHER, ADMINISTRATOR)
def set_rules(request: HttpRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_for(request.user, visit_id)
    if not visit.appointment.is_open:
        messages.error(request, _("The visit is over: its planning rules stay as they are."))
        return redirect("visit", visit.pk)
    with timezone.override(visit.appointment.zone):
        return answer(request, visit)


def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    stop, now = current_stop(visit.appointment), timezone.now()
    forms = RulesForms(
        before=read_rules(visit.appointment),
        planned_at=stop.starts_at if stop else None,
        data=request.POST if request.method == "POST" else None,
    )
    context: dict[str, object] = {"forms": forms, "visit": visit, "case": visit.case, "stop": stop}
    if request.method != "POST":
        return render(request, "dispatch/visit_rules.html", context)
    if forms.is_valid() and not forms.blame(find_due_faults(visit.appointment, forms.before, forms.to_rules(), now)):
        try:
            save(request, visit, forms, now)
        except MoveRefused as refusal:
            context |= tell_broken(refusal.violations)
        except Refused as refusal:
            context["refusal"] = str(refusal)
        else:
            return redirect("visit", visit.pk)
    return render(request, "dispatch/visit_rules.html", context, status=200 if forms.adds_row else 422)


def save(request: HttpRequest, visit: Visit, forms: RulesForms, now: datetime) -> None:
    values = forms.main.cleaned_data
    set_planning_rules(
        appointment_id=visit.appointment_id,
        rules=forms.to_rules(),
        seen=values["seen"],
        force_reason=values["force_reason"],
        actor=acting_user(request),
        now=now,
    )
    messages.success(request, _("The planning rules are saved."))


def tell_broken(violations: Sequence[BrokenRule]) -> dict[str, object]:
    return {"broken": violations, "forceable": all(rule.forceable for rule in violations)}
