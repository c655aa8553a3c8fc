import re
from datetime import datetime, timedelta

from django.db.models import Case as When
from django.db.models import Count, F, IntegerField, Prefetch, Q, QuerySet, Value
from django.db.models import When as Condition
from django.db.models.functions import Replace

from dispatch.enums import CaseStatus
from dispatch.folding import fold
from dispatch.models import Case, Contact, Customer, Site, Visit
from scheduling.enums import Priority

TO_DECIDE = (CaseStatus.OPEN, CaseStatus.RETURNED)
UNSETTLED = (*TO_DECIDE, CaseStatus.VISIT_OPENED)
GROUPS: dict[str, tuple[str, ...]] = {
    "decide": TO_DECIDE,
    "visit": (CaseStatus.VISIT_OPENED,),
    "finished": (CaseStatus.SOLVED, CaseStatus.CLOSED),
    "all": tuple(CaseStatus.values),
}
PHONE_DIGITS = 6
SOON = timedelta(hours=4)
NUMBER = re.compile(r"^\s*(?:C-)?(\d{1,12})\s*$", re.IGNORECASE)


def find_cases(cases: QuerySet[Case], *, now: datetime, group: str = "all", search: str = "") -> QuerySet[Case]:
    """By trouble: overdue, then urgent or due within four hours, then the rest by due date; settled ones last."""
    trouble = When(
        Condition(~Q(status__in=UNSETTLED), then=Value(3)),
        Condition(due_at__lt=now, then=Value(0)),
        Condition(Q(priority__gte=Priority.URGENT) | Q(due_at__lt=now + SOON), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    visits = Visit.objects.select_related("appointment").order_by("-created_at", "-pk")
    return (
        search_cases(cases.filter(status__in=GROUPS[group]), search)
        .select_related("customer", "site__place", "device__product", "line", "channel", "symptom")
        .annotate(trouble=trouble, attempt_count=Count("attempts"))
        .prefetch_related(Prefetch("visits", queryset=visits))
        .order_by("trouble", F("due_at").asc(nulls_last=True), "-priority", "-created_at", "-pk")
    )


def search_cases(cases: QuerySet[Case], search: str) -> QuerySet[Case]:
    """By customer, address, serial number, the source's number or our own (``C-12``). Each word must be found."""
    number = NUMBER.match(search)
    if number:
        return cases.filter(Q(pk=number[1]) | Q(external_id__iexact=search.strip()) | Q(device__serial=search.strip()))
    for word in search.split():
        plain = fold(word)
        cases = cases.filter(
            Q(customer__name__folded__contains=plain)
            | Q(site__place__line1__folded__contains=plain)
            | Q(site__place__city__folded__contains=plain)
            | Q(site__place__postal_code__istartswith=word)
            | Q(external_id__icontains=word)
            | Q(device__serial__icontains=word)
        )
    return cases


def count_groups(cases: QuerySet[Case]) -> dict[str, int]:
    return cases.order_by().aggregate(
        **{name: Count("pk", filter=Q(status__in=statuses)) for name, statuses in GROUPS.items()}
    )


def find_open_cases_alike(*, site: Site, but: Case | None = None) -> QuerySet[Case]:
    """Unsettled cases of the same site, and so of its devices: most often the same trouble, reported twice."""
    found = Case.objects.filter(status__in=UNSETTLED, site=site).select_related("device__product", "symptom")
    return found.exclude(pk=but.pk) if but else found


def find_customers(*, search: str) -> QuerySet[Customer]:
    """By name, address, e-mail or serial number, each word of which must be found; or by a telephone number."""
    found = Customer.objects.all()
    digits = re.sub(r"[\s().+-]", "", search)
    if digits.isdigit() and len(digits) >= PHONE_DIGITS:
        spaceless = Contact.objects.annotate(digits=Replace("phone", Value(" "), Value("")))
        found = found.filter(contacts__in=spaceless.filter(digits__contains=digits))
    else:
        for word in search.split():
            found = found.filter(
                Q(name__folded__contains=fold(word))
                | Q(sites__place__line1__folded__contains=fold(word))
                | Q(contacts__email__icontains=word)
                | Q(sites__devices__serial__iexact=word)
            )
    return found.distinct().prefetch_related("sites__place").order_by("name", "pk")
