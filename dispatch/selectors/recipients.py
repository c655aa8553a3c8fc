"""Who is told about a visit, in which language, and what it is called to them."""

from dispatch.enums import ContactRole, Terms
from dispatch.models import Contact, Visit

ROLES_TO_TELL = (ContactRole.ON_SITE, ContactRole.ASKS)


def find_recipient(visit: Visit) -> Contact | None:
    """Who is told: the visit's contact, the case's, then someone of the customer who is there or who asked."""
    named = [contact for contact in (visit.contact, visit.case.contact) if contact is not None and contact.email]
    if named:
        return named[0]
    others = visit.case.customer.contacts.filter(role__in=ROLES_TO_TELL).exclude(email="")
    return min(others, key=lambda contact: ROLES_TO_TELL.index(ContactRole(contact.role)), default=None)


def find_language(visit: Visit) -> str:
    recipient = find_recipient(visit)
    return recipient.language if recipient else visit.case.customer.language


def is_paid(visit: Visit) -> bool:
    return visit.price > 0 and visit.terms in (Terms.PAID, Terms.SPECIAL)


def name_device(visit: Visit) -> str:
    """The device as its owner knows it, without serial number; the kind of visit where no device is known."""
    device = visit.device or visit.case.device
    return str(device.product) if device else str(visit.visit_type)
