"""The agent's pages: the inbox, and one case."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dispatch.access import OFFICE, cases_for, role_required
from dispatch.selectors.cases import GROUPS, count_groups, find_cases

PER_PAGE = 30
GROUP_LABELS = {
    "decide": _("To decide"),
    "visit": _("With a visit"),
    "finished": _("Finished"),
    "all": _("All"),
}


@require_safe
@role_required(*OFFICE)
def list_cases(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    search = request.GET.get("q", "").strip()
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
