"""One way in for every case: from the form, the API and the file."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dispatch.case_input import CaseInput, ContactInput, DeviceInput, SiteInput, fingerprint
from dispatch.models import Case, CaseSource, Customer, Site
from dispatch.services.cases import create_case
from dispatch.services.customers import (
    create_customer,
    find_or_create_contact,
    find_or_create_customer,
    find_or_create_device,
    find_or_create_site,
)
from scheduling.errors import Refused
from scheduling.models import User


class CaseDiffers(Refused):
    """The source has sent this number before, with other contents."""

    code = "case_differs"


def take_in_case(*, case: CaseInput, source: CaseSource | None, actor: User | None, now: datetime) -> tuple[Case, bool]:
    """The case, and whether it is new. The same number from the same source is stored once; raises ``CaseDiffers``."""
    if source is None or not case.external_id:
        return _store(case, source, actor, now), True
    known = _find_delivered(case, source)
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            return _store(case, source, actor, now), True
    except IntegrityError:
        rival = _find_delivered(case, source)
        if rival is None:
            raise
        return rival, False


def _find_delivered(case: CaseInput, source: CaseSource) -> Case | None:
    known = Case.objects.filter(source=source, external_id=case.external_id).first()
    if known is not None and known.fingerprint != fingerprint(case):
        raise CaseDiffers(
            _("%(number)s was delivered before with other contents, as %(case)s. Change it there, or use a new number.")
            % {"number": case.external_id, "case": known},
            case_id=known.pk,
        )
    return known


@transaction.atomic
def _store(case: CaseInput, source: CaseSource | None, actor: User | None, now: datetime) -> Case:
    customer = _resolve_customer(case)
    site = case.site if isinstance(case.site, Site) else find_or_create_site(customer=customer, site=case.site)
    contact, device = case.contact, case.device
    if isinstance(contact, ContactInput):
        contact = find_or_create_contact(customer=customer, site=site, contact=contact)
    if isinstance(device, DeviceInput):
        device = find_or_create_device(site=site, device=device)
    return create_case(
        customer=customer,
        site=site,
        contact=contact,
        device=device,
        channel=case.channel,
        line=case.line,
        symptom=case.symptom,
        description=case.description,
        priority=case.priority,
        due_at=case.due_at,
        attempts=case.attempts,
        no_attempt_reason=case.no_attempt_reason,
        source=source,
        external_id=case.external_id,
        external_url=case.external_url,
        fingerprint=fingerprint(case) if source else "",
        actor=actor,
        actor_label=source.name if source else "",
        now=now,
    )


def _resolve_customer(case: CaseInput) -> Customer:
    if isinstance(case.customer, Customer):
        return case.customer
    if isinstance(case.site, SiteInput) and isinstance(case.contact, ContactInput):
        return find_or_create_customer(customer=case.customer, site=case.site, contact=case.contact)
    return create_customer(customer=case.customer)
