"""A visit for agent and dispatcher: everything of it, and what can be done from the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dispatch.access import DISPATCHER, OFFICE, get_case_for, get_visit_for, has_role, role_required, visits_for
from dispatch.enums import VISITS_OVER, VisitStatus
from dispatch.forms.cases import ReasonForm
from dispatch.forms.customers import ContactForm, PositionForm
from dispatch.models import Case
from dispatch.selectors.history import list_history
from dispatch.selectors.recipients import find_recipient
from dispatch.selectors.rules import list_rules
from dispatch.selectors.visits import (
    find_current_stop,
    find_expected_at,
    find_held_offer,
    list_missing,
    with_everything,
)
from dispatch.services.customers import name_contact, set_site_position
from dispatch.services.links import send_customer_link
from dispatch.services.visits import cancel_visit
from dispatch.views.acting import act_of, acting_user
from scheduling.errors import Refused

CANCELLABLE = (VisitStatus.OPEN, VisitStatus.SCHEDULED)


@require_GET
@role_required(*OFFICE)
def show_visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    visit = get_object_or_404(with_everything(visits_for(request.user)), pk=visit_id)
    recipient = find_recipient(visit)
    stop = find_current_stop(visit)
    may_plan = has_role(request.user, DISPATCHER)
    context = {
        "visit": visit,
        "case": visit.case,
        "appointment": visit.appointment,
        "stop": stop,
        "expected_at": find_expected_at(stop) if stop else None,
        "held": find_held_offer(visit.appointment),
        "is_over": visit.status in VISITS_OVER,
        "may_plan": may_plan,
        "missing": list_missing(visit, timezone.localdate()),
        "history": list_history(visit.case),
        "report": getattr(visit, "report", None),
        "parts": [line for line in visit.parts.splitlines() if line.strip()],
        "notices": visit.notices.order_by("created_at"),
        "recipient": recipient,
        "may_cancel": visit.status in CANCELLABLE,
        "may_send_link": recipient is not None and visit.status not in VISITS_OVER,
        "now": timezone.now(),
        "zone": timezone.get_current_timezone_name(),
    }
    if may_plan:
        context["rules"], context["unset"] = list_rules(visit.appointment)
        context["rules_address"] = reverse("visit_rules", args=[visit.pk]) if visit.appointment.is_open else ""
    return render(request, "dispatch/visit.html", context)


@role_required(*OFFICE)
@act_of("visit", "visit_id")
def send_link(request: HttpRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_for(request.user, visit_id)
    notice = send_customer_link(visit_id=visit.pk, now=timezone.now(), again=True)
    if notice is None:
        messages.error(request, _("Nobody of this customer has an e-mail address: write one down first, or telephone."))
    else:
        messages.success(
            request,
            _("A new link goes to %(recipient)s; earlier ones no longer open.") % {"recipient": notice.recipient},
        )
    return redirect("visit", visit.pk)


@role_required(*OFFICE)
@act_of("visit", "visit_id")
def cancel(request: HttpRequest, visit_id: int) -> HttpResponse:
    visit = get_visit_for(request.user, visit_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was cancelled: write a reason, the customer will ask for it."))
        return redirect("visit", visit.pk)
    try:
        cancel_visit(
            visit_id=visit.pk, reason=form.cleaned_data["reason"], actor=acting_user(request), now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("%(visit)s is cancelled; its case is open again.") % {"visit": visit})
    return redirect("visit", visit.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def set_place(request: HttpRequest, case_id: int) -> HttpResponse:
    """Puts the case's site on the map. Its open visit can be planned from then on."""
    case = get_case_for(request.user, case_id)
    place = case.site.place
    initial = {name: getattr(place, name) for name in ("latitude", "longitude", "quality", "provider")}
    form = PositionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_site_position(site=case.site, **form.cleaned_data)
        messages.success(request, _("The place is set."))
        return lead_back(case)
    context = {"form": form, "case": case, "place": place}
    return render(request, "dispatch/place.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def set_contact(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who is asked and told: another person, or the same with an e-mail address."""
    case = get_case_for(request.user, case_id)
    contacts = list(case.customer.contacts.all())
    form = ContactForm(request.POST if request.method == "POST" else None, rows=contacts)
    if request.method == "GET" and case.contact:
        form.initial["pick"] = str(case.contact.pk)
    if request.method == "POST" and form.is_valid():
        name_contact(case=case, contact=form.read_contact(), actor=acting_user(request), now=timezone.now())
        messages.success(request, _("The contact is saved."))
        return lead_back(case)
    return render(request, "dispatch/contact.html", {"form": form, "case": case}, status=422 if form.errors else 200)


def lead_back(case: Case) -> HttpResponse:
    """To the visit that is being worked on, else to the case."""
    visit = case.visits.exclude(status__in=VISITS_OVER).order_by("-pk").first()
    return redirect("visit", visit.pk) if visit else redirect("case", case.pk)
