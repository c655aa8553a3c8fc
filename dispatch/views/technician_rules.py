"""A dispatcher sets what binds a technician's shifts."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dispatch.access import ADMINISTRATOR, DISPATCHER, role_required
from dispatch.forms.technician import TechnicianForms
from dispatch.models import Visit
from dispatch.selectors.absences import list_visits_in_absences
from dispatch.templatetags.visita import moment
from scheduling.errors import BrokenRule, Refused
from scheduling.models import Technician
from scheduling.services.technician_rules import list_conflicts, read_technician_rules, set_technician_rules

MOST_TOLD = 5


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(DISPATCHER, ADMINISTRATOR)
def set_rules(request: HttpRequest, technician_id: int) -> HttpResponse:
    technicians = Technician.objects.filter(active=True).select_related("employer", "home", "end_place")
    technician = get_object_or_404(technicians, pk=technician_id)
    pattern = technician.shift_patterns.first()
    zone = pattern.zone if pattern else timezone.get_current_timezone_name()
    with timezone.override(zone):
        forms = TechnicianForms(
            before=read_technician_rules(technician), data=request.POST if request.method == "POST" else None
        )
        context = {"technician": technician, "forms": forms, "zone": zone}
        if request.method == "POST" and forms.is_valid():
            try:
                save(request, technician, forms, zone)
            except Refused as refusal:
                context["refusal"] = str(refusal)
            else:
                return redirect("technician_rules", technician.pk)
        status = 422 if request.method == "POST" and not forms.adds_row else 200
        return render(request, "dispatch/technician_rules.html", context, status=status)


def save(request: HttpRequest, technician: Technician, forms: TechnicianForms, zone: str) -> None:
    now = timezone.now()
    today = now.astimezone(ZoneInfo(zone)).date()
    set_technician_rules(
        technician_id=technician.pk, rules=forms.to_rules(), today=today, seen=forms.sight.cleaned_data["seen"]
    )
    messages.success(request, _("The rules of %(name)s are saved.") % {"name": technician.name})
    if conflicts := list_conflicts(technician_id=technician.pk, now=now):
        told = " ".join(name_conflicts(conflicts)[:MOST_TOLD])
        messages.warning(
            request, _("What is planned already stays, but no longer fits: %(conflicts)s") % {"conflicts": told}
        )
    if absent := [f"{name} ({moment(starts_at)})" for name, starts_at in list_visits_in_absences(technician.pk, now)]:
        names = ", ".join(absent[:MOST_TOLD]) + (" …" if len(absent) > MOST_TOLD else "")
        messages.warning(
            request,
            _("These customers expect a visit during an absence: %(names)s. Move them on the board, or plan again.")
            % {"names": names},
        )


def name_conflicts(conflicts: Sequence[BrokenRule]) -> list[str]:
    """Each with the customer whose visit it is about, as far as it is about one."""
    visits = Visit.objects.filter(appointment__in=[one.appointment_id for one in conflicts if one.appointment_id])
    names = dict(visits.values_list("appointment", "case__customer__name"))
    told = ((names.get(one.appointment_id or 0), one.text) for one in conflicts)
    return list(dict.fromkeys(f"{name}: {text}" if name else text for name, text in told))
