from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dispatch.enums import CaseStatus, Terms
from dispatch.models import Agreement, Case, ChecklistAnswer, Visit, VisitType
from dispatch.services.history import change_case_status
from dispatch.services.links import invite_customer, prepare_offers
from scheduling.errors import Refused
from scheduling.models import TechnicianSkill, User
from scheduling.services.appointments import cancel_appointment, request_appointment

OPEN_FOR_VISIT = (CaseStatus.OPEN, CaseStatus.RETURNED)


def open_visit(
    *,
    case_id: int,
    visit_type_id: int,
    actor: User | None,
    now: datetime,
    no_attempt_reason: str = "",
    wishes: Sequence[tuple[datetime, datetime]] = (),
    tell_customer: bool = True,
) -> Visit:
    """Opens the visit, requests its appointment and sends the customer a link with slots.

    The invitation is written with the visit or not at all. The slots, which take a while to find, come after it: a
    customer who is quicker asks for them on the page.

    Raises ``Refused`` without at least one remote attempt or a written reason why none was possible.
    """
    with transaction.atomic():
        case = Case.objects.select_related("site__place", "customer", "contact", "device").get(pk=case_id)
        visit_type = VisitType.objects.prefetch_related("skills__skill", "checklist").get(pk=visit_type_id)
        if case.status not in OPEN_FOR_VISIT:
            raise Refused(
                _("The case is %(state)s; a visit can't be opened for it.") % {"state": case.get_status_display()}
            )
        reason = (no_attempt_reason or case.no_attempt_reason).strip()
        if not reason and not case.attempts.exists():
            raise Refused(
                _("Record what was tried from afar, or write why nothing could be tried. A visit is the last resort.")
            )
        if no_attempt_reason:
            Case.objects.filter(pk=case.pk).update(no_attempt_reason=reason)
        visit = _make_visit(case, visit_type, wishes, actor, now)
        change_case_status(
            case=case, to=CaseStatus.VISIT_OPENED, kind="visit_opened", visit=visit, actor=actor, now=now
        )
        if tell_customer:
            invite_customer(visit=visit, now=now)
    if tell_customer:
        prepare_offers(visit=visit, now=now)
    return visit


def _make_visit(
    case: Case,
    visit_type: VisitType,
    wishes: Sequence[tuple[datetime, datetime]],
    actor: User | None,
    now: datetime,
) -> Visit:
    appointment = request_appointment(
        place=case.site.place,
        zone=case.site.zone,
        duration_s=visit_type.duration_minutes * 60,
        setup_s=visit_type.setup_minutes * 60,
        arrival_window_s=visit_type.arrival_window_minutes * 60,
        priority=case.priority,
        skills=[(needed.skill, needed.level) for needed in visit_type.skills.all()],
        hours=[(row.weekday, row.opens, row.closes) for row in case.site.hours.all()],
        wishes=wishes,
        due_at=case.due_at,
        actor=actor,
        now=now,
    )
    agreement = find_agreement(case, now.date())
    visit = Visit.objects.create(
        case=case,
        visit_type=visit_type,
        appointment=appointment,
        device=case.device,
        contact=case.contact,
        follows=case.visits.order_by("-pk").first(),
        parts=visit_type.parts,
        terms=agreement.terms if agreement else Terms.FREE,
        price=agreement.visit_price if agreement else 0,
        currency=agreement.currency if agreement else "EUR",
        created_at=now,
    )
    ChecklistAnswer.objects.bulk_create(
        ChecklistAnswer(visit=visit, position=item.position, text_en=item.text_en, text_es=item.text_es)
        for item in visit_type.checklist.all()
    )
    return visit


def find_agreement(case: Case, day: date) -> Agreement | None:
    """The agreement in force that fits best: of the device, else of the site, else of the customer."""
    in_force = Q(starts__isnull=True) | Q(starts__lte=day)
    in_force &= Q(ends__isnull=True) | Q(ends__gte=day)
    agreements = list(Agreement.objects.filter(in_force, customer=case.customer).order_by("-starts", "-pk"))
    fitting = [
        agreement
        for agreement in agreements
        if agreement.device_id in (None, case.device_id) and agreement.site_id in (None, case.site_id)
    ]
    return min(fitting, key=lambda one: (one.device_id is None, one.site_id is None), default=None)


def cancel_visit(*, visit_id: int, reason: str, actor: User | None, actor_label: str = "", now: datetime) -> Visit:
    """Cancels the visit's appointment, which cancels the visit and opens its case again. Refused once the technician is
    on the way."""
    visit = Visit.objects.get(pk=visit_id)
    cancel_appointment(
        appointment_id=visit.appointment_id, reason=reason, actor=actor, actor_label=actor_label, now=now
    )
    visit.refresh_from_db()
    return visit


def find_missing(visit: Visit, day: date) -> list[str]:
    """What keeps the visit from being planned, in words that say what to do; empty when nothing does."""
    missing = []
    appointment = visit.appointment
    if not appointment.place.has_coordinates:
        missing.append(_("The address has no coordinates: set the place on the map."))
    needed = list(appointment.skills.select_related("skill"))
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    held: dict[int, dict[str, int]] = {}
    for row in TechnicianSkill.objects.filter(valid, technician__active=True).select_related("skill"):
        held.setdefault(row.technician_id, {})[row.skill.code] = row.level
    if needed and not any(
        all(levels.get(need.skill.code, 0) >= need.level for need in needed) for levels in held.values()
    ):
        wanted = ", ".join(f"{need.skill} {need.level}" for need in needed)
        missing.append(_("No technician has all the skills it takes: %(skills)s.") % {"skills": wanted})
    return missing
