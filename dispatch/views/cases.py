"""The agent's pages: the inbox, a new case, one case and what is done with it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from dispatch.access import OFFICE, cases_for, get_case_for, role_required
from dispatch.enums import CaseStatus
from dispatch.forms.base import list_faults
from dispatch.forms.cases import AttemptForm, OpenVisitForm, ReasonForm
from dispatch.forms.new_case import NewCaseForms
from dispatch.models import Case, Customer, VisitType
from dispatch.selectors.cases import GROUPS, count_groups, find_cases, find_customers, find_open_cases_alike
from dispatch.selectors.history import list_history
from dispatch.services.case_intake import take_in_case
from dispatch.services.cases import Attempt, add_attempt, close_case, return_case
from dispatch.services.visits import OPEN_FOR_VISIT, find_agreement, open_visit
from dispatch.text import clean_text
from dispatch.views.acting import act_of, acting_user
from scheduling.errors import Refused

PER_PAGE = 30
CUSTOMERS_SHOWN = 12
GROUP_LABELS = {
    "decide": gettext_lazy("To decide"),
    "visit": gettext_lazy("With a visit"),
    "finished": pgettext_lazy("cases", "Finished"),
    "all": gettext_lazy("All"),
}


@require_safe
@role_required(*OFFICE)
def list_cases(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    search = clean_text(request.GET.get("q", "")).strip()
    group = request.GET.get("state", "all" if search else "decide")
    group = group if group in GROUPS else "all"
    cases = cases_for(request.user)
    counts = count_groups(cases)
    page = Paginator(find_cases(cases, now=now, group=group, search=search), PER_PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "tabs": [(name, label, counts[name]) for name, label in GROUP_LABELS.items()],
        "group": group,
        "search": search,
        "now": now,
    }
    return render(request, "dispatch/cases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*OFFICE)
def new_case(request: HttpRequest) -> HttpResponse:
    """First who, then the rest: ``?customer=`` a known one's key, or ``new``."""
    who = request.GET.get("customer", "")
    if not who:
        return choose_customer(request)
    number = int(who) if who.isascii() and who.isdigit() and len(who) < 19 else 0
    customer = None if who == "new" else get_object_or_404(Customer, pk=number)
    forms = NewCaseForms(
        customer=customer, user=acting_user(request), data=request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and not forms.adds_row and forms.is_valid():
        case, _is_new = take_in_case(case=forms.to_input(), source=None, actor=acting_user(request), now=timezone.now())
        messages.success(request, _("%(case)s is saved.") % {"case": case})
        return redirect("case", case.pk)
    if request.method == "GET" and forms.customer:
        forms.customer.initial["name"] = request.GET.get("name", "")
    alike = [case for site in customer.sites.all() for case in find_open_cases_alike(site=site)] if customer else []
    context = {"forms": forms, "customer": customer, "alike": alike}
    return render(request, "dispatch/case_new.html", context, status=422 if forms.errors else 200)


def choose_customer(request: HttpRequest) -> HttpResponse:
    search = clean_text(request.GET.get("q", "")).strip()
    found = list(find_customers(search=search)[: CUSTOMERS_SHOWN + 1]) if search else []
    context = {"search": search, "customers": found[:CUSTOMERS_SHOWN], "more": len(found) > CUSTOMERS_SHOWN}
    return render(request, "dispatch/case_customer.html", context)


@require_GET
@role_required(*OFFICE)
def show_case(request: HttpRequest, case_id: int) -> HttpResponse:
    return render_case(request, get_case_for(request.user, case_id))


def render_case(
    request: HttpRequest,
    case: Case,
    *,
    attempt_form: AttemptForm | None = None,
    visit_form: OpenVisitForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    user = acting_user(request)
    initial = {
        "by": user.get_full_name() or user.username,
        "at": timezone.localtime(),
        "line": case.line_id,
        "channel": case.channel_id,
    }
    attempts = list(case.attempts.select_related("line", "channel"))
    context = {
        "case": case,
        "now": now,
        "attempts": attempts,
        "visits": case.visits.select_related("visit_type", "appointment"),
        "hours": list(case.site.hours.all()),
        "alike": list(find_open_cases_alike(site=case.site, but=case)),
        "history": list_history(case),
        "agreement": find_agreement(case, timezone.localdate()),
        "may_open_visit": case.status in OPEN_FOR_VISIT,
        "may_add_attempt": case.status not in (CaseStatus.SOLVED, CaseStatus.CLOSED),
        "needs_reason": not attempts and not case.no_attempt_reason,
        "visit_types": VisitType.objects.filter(active=True).prefetch_related("skills__skill"),
        "attempt_form": attempt_form or AttemptForm(prefix="attempt", initial=initial),
        "visit_form": visit_form or OpenVisitForm(prefix="visit"),
        "faults": list_faults(form for form in (attempt_form, visit_form) if form),
    }
    return render(request, "dispatch/case.html", context, status=status)


@role_required(*OFFICE)
@act_of("case", "case_id")
def save_attempt(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_case_for(request.user, case_id)
    form = AttemptForm(request.POST, prefix="attempt")
    if not form.is_valid():
        return render_case(request, case, attempt_form=form, status=422)
    try:
        add_attempt(case=case, attempt=Attempt(**form.cleaned_data), actor=acting_user(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The attempt is recorded."))
    return redirect("case", case.pk)


@role_required(*OFFICE)
@act_of("case", "case_id")
def save_visit(request: HttpRequest, case_id: int) -> HttpResponse:
    case = get_case_for(request.user, case_id)
    form = OpenVisitForm(request.POST, prefix="visit")
    if not form.is_valid():
        return render_case(request, case, visit_form=form, status=422)
    try:
        visit = open_visit(
            case_id=case.pk,
            visit_type_id=form.cleaned_data["visit_type"].pk,
            no_attempt_reason=form.cleaned_data["reason"],
            actor=acting_user(request),
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("reason", str(refusal))
        return render_case(request, case, visit_form=form, status=422)
    messages.success(request, _("%(visit)s is open.") % {"visit": visit})
    return redirect("visit", visit.pk)


@role_required(*OFFICE)
@act_of("case", "case_id")
def settle_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """Gives the case back to a line, or closes it; either wants a reason."""
    case = get_case_for(request.user, case_id)
    form = ReasonForm(request.POST)
    act = close_case if request.POST.get("act") == "close" else return_case
    if not form.is_valid():
        messages.error(request, _("Nothing was changed: write a reason, so that the next one understands."))
        return redirect("case", case.pk)
    try:
        act(case=case, reason=form.cleaned_data["reason"], actor=acting_user(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("case", case.pk)
