from dispatch.models.case import Case, CaseEvent, CaseSource, Channel, RemoteAttempt, SupportLine, Symptom
from dispatch.models.customer import Agreement, Contact, Customer, Device, ProductModel, Site, SiteHours
from dispatch.models.findings import (
    ContributingFactor,
    Factor,
    Finding,
    Observation,
    Photo,
    Signature,
    VisitReport,
)
from dispatch.models.messages import CustomerLink, Notice, PairedDevice, PairingCode
from dispatch.models.system import SignInFailure, WorkerHeartbeat
from dispatch.models.visit import ChecklistAnswer, Part, Visit, VisitType, VisitTypeCheck, VisitTypeSkill

__all__ = [
    "Agreement",
    "Case",
    "CaseEvent",
    "CaseSource",
    "Channel",
    "ChecklistAnswer",
    "Contact",
    "ContributingFactor",
    "Customer",
    "CustomerLink",
    "Device",
    "Factor",
    "Finding",
    "Notice",
    "Observation",
    "PairedDevice",
    "PairingCode",
    "Part",
    "Photo",
    "ProductModel",
    "RemoteAttempt",
    "SignInFailure",
    "Signature",
    "Site",
    "SiteHours",
    "SupportLine",
    "Symptom",
    "Visit",
    "VisitReport",
    "VisitType",
    "VisitTypeCheck",
    "VisitTypeSkill",
    "WorkerHeartbeat",
]
