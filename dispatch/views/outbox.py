"""What left the house, or is about to. In the demo no mail leaves: here is where its links are followed."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dispatch.access import DISPATCHER, role_required
from dispatch.enums import NoticeStatus
from dispatch.selectors.notices import count_notices_by_status, find_notices
from dispatch.text import clean_text

PER_PAGE = 25


@require_safe
@role_required(DISPATCHER)
def list_notices(request: HttpRequest) -> HttpResponse:
    status = request.GET.get("status", "")
    search = clean_text(request.GET.get("q", "")).strip()
    counts = count_notices_by_status()
    notices = find_notices(status=status if status in NoticeStatus.values else "", search=search)
    context = {
        "page": Paginator(notices, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": [(state, state.label, counts[state]) for state in NoticeStatus if counts.get(state)],
        "status": status,
        "search": search,
        "shows_links": settings.DEMO,
    }
    return render(request, "dispatch/outbox.html", context)
