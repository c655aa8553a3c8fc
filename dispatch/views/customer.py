"""The customer's page. It works without JavaScript, and no GET writes anything to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from dispatch.enums import VisitStatus
from dispatch.links import COOKIE_PATH, find_link, has_guessed_too_often, is_open, read_cookie, write_cookie
from dispatch.models import CustomerLink, Visit, VisitReport
from dispatch.selectors.customer import get_visit, read_customer_page
from dispatch.selectors.recipients import find_language
from dispatch.services.calendar_file import build_calendar
from dispatch.services.customer_acts import PriceNotAccepted, cancel_by_customer, choose_offer, confirm_choice
from dispatch.services.links import MORE_SLOTS, SLOTS, prepare_offers, renew_offers
from dispatch.views.acting import act_of
from dispatch.views.reports import answer_pdf, answer_photo, answer_strokes
from scheduling.enums import AppointmentStatus
from scheduling.errors import Refused

SAFE = ("GET", "HEAD")


def guard(response: HttpResponseBase, *, referrer: str = "same-origin") -> HttpResponseBase:
    """Nothing of these pages is kept on the way or found by a search. Pages with forms say ``same-origin``: under
    ``no-referrer`` browsers send ``Origin: null`` with a form, which CSRF protection refuses."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@contextmanager
def speak_to(request: HttpRequest, visit: Visit) -> Iterator[None]:
    """The customer's language, unless this browser has chosen another, and the zone of the visit."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    language = translation.get_language() if chosen else find_language(visit)
    with translation.override(language), timezone.override(visit.appointment.zone):
        yield


def answer_closed(request: HttpRequest, link: CustomerLink | None) -> HttpResponseBase:
    """Says no more about the visit than that it was cancelled, and what to do. Without forms: see ``guard``."""
    template = "dispatch/customer/closed.html"
    if link is None:
        return guard(render(request, template, {"why": "unknown"}, status=404), referrer="no-referrer")
    visit = get_visit(link.visit_id)
    cancelled = visit.status == VisitStatus.CANCELLED
    # Who has just cancelled is led here: for them it is the page they asked for, and no error.
    status = 200 if cancelled and request.method in SAFE and request.path == COOKIE_PATH else 410
    with speak_to(request, visit):
        answer = render(request, template, {"why": "cancelled" if cancelled else "over"}, status=status)
    return guard(answer, referrer="no-referrer")


def with_link[**P](
    view: Callable[Concatenate[HttpRequest, Visit, datetime, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Fetches and authorises in one: the visit is the one whose link this browser opened last."""

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        now = timezone.now()
        link = read_cookie(request)
        if link is None or not is_open(link, now):
            return answer_closed(request, link)
        visit = get_visit(link.visit_id)
        with speak_to(request, visit):
            response = guard(view(request, visit, now, *args, **kwargs))
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response

    return opened


@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchanges the token for a cookie and a clean address. Of two links in one browser the last one opened counts."""
    link = find_link(token)
    if link is None and has_guessed_too_often(request):
        context = {"why": "too_many"}
        return guard(render(request, "dispatch/customer/closed.html", context, status=429), referrer="no-referrer")
    if link is None or not is_open(link, timezone.now()):
        return answer_closed(request, link)
    response = guard(redirect("customer"), referrer="no-referrer")
    write_cookie(response, link)
    return response


def show(request: HttpRequest, visit: Visit, now: datetime, *, status: int = 200, **more: object) -> HttpResponseBase:
    context = {"page": read_customer_page(visit=visit, now=now), "now": now, **more}
    return render(request, "dispatch/customer/page.html", context, status=status)


@require_safe
@with_link
def show_visit(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    return show(request, visit, now)


@act_of("customer")
@with_link
def find_times(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    """Fresh times, or more of them. They replace those on the page, where the customer was: choosing, or moving."""
    page = read_customer_page(visit=visit, now=now)
    if not page.may_choose:
        return redirect("customer")
    wants_more = request.POST.get("more") == "yes"
    renew_offers(visit=visit, now=now, count=MORE_SLOTS if wants_more else SLOTS)
    fresh = get_visit(visit.pk)
    times = read_customer_page(visit=fresh, now=now).offered_times
    if not times:
        return show(request, fresh, now, none_left=True, moving=is_confirmed(fresh))
    if wants_more and times <= page.offered_times:
        return show(request, fresh, now, no_more=True, shows_others=True, moving=is_confirmed(fresh))
    if page.held:
        return redirect(f"{reverse('customer')}?other=1")
    return redirect("customer_move" if is_confirmed(visit) else "customer")


@require_safe
@with_link
def show_move(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    return show(request, visit, now, moving=is_confirmed(visit))


@act_of("customer")
@with_link
def choose(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    try:
        choose_offer(visit=visit, offer_id=read_number(request, "offer"), now=now)
    except Refused as refusal:
        return answer_refusal(request, visit, refusal, now)
    return redirect("customer")


@act_of("customer")
@with_link
def confirm(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    accepts_price = request.POST.get("accepts_price") == "yes"
    try:
        confirm_choice(visit=visit, offer_id=read_number(request, "offer"), accepts_price=accepts_price, now=now)
    except PriceNotAccepted as refusal:
        return show(request, visit, now, status=422, error=str(refusal))
    except Refused as refusal:
        return answer_refusal(request, visit, refusal, now)
    return redirect("customer")


@require_http_methods(["GET", "HEAD", "POST"])
@with_link
def cancel(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    """The one act that can't be taken back: the page asks first, and names it."""
    if request.method != "POST":
        return show(request, visit, now, cancelling=True)
    try:
        cancel_by_customer(visit=visit, now=now)
    except Refused as refusal:
        return answer_refusal(request, visit, refusal, now)
    return redirect("customer")


def answer_refusal(request: HttpRequest, visit: Visit, refusal: Refused, now: datetime) -> HttpResponseBase:
    """Someone was quicker: the reason, and fresh times at once. If it was the customer, elsewhere: what they hold."""
    fresh = get_visit(visit.pk)
    page = read_customer_page(visit=fresh, now=now)
    asked = fresh.appointment.offers.filter(pk=read_number(request, "offer")).first()
    if page.held and asked and asked.starts_at == page.held.starts_at:
        return show(request, fresh, now, status=409, held_elsewhere=True)
    found = page.may_choose and prepare_offers(visit=fresh, now=now)
    more = {
        "refusal": str(refusal),
        "none_left": page.may_choose and not found,
        "moving": is_confirmed(fresh),
        "shows_others": True,
    }
    return show(request, get_visit(visit.pk), now, status=409, **more)


@require_safe
@with_link
def show_calendar(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    if not visit.appointment.is_promised:
        raise Http404
    method = "CANCEL" if visit.status == VisitStatus.CANCELLED else "PUBLISH"
    calendar = build_calendar(visit=visit, method=method, now=now)
    response = HttpResponse(calendar, content_type=f"text/calendar; charset=utf-8; method={method}")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


@require_safe
@with_link
def show_pdf(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    return answer_pdf(get_object_or_404(VisitReport, visit=visit))


@require_safe
@with_link
def show_photo(request: HttpRequest, visit: Visit, now: datetime, photo_id: int) -> HttpResponseBase:
    return answer_photo(get_object_or_404(visit.photos, pk=photo_id, for_customer=True))


@require_safe
@with_link
def show_signature(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponseBase:
    return answer_strokes(visit)


def is_confirmed(visit: Visit) -> bool:
    return visit.appointment.status == AppointmentStatus.CONFIRMED


def read_number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
