from scheduling.models.appointment import (
    Appointment,
    AppointmentEvent,
    AppointmentHours,
    AppointmentSkill,
    AppointmentWindow,
    Promise,
    SlotOffer,
)
from scheduling.models.calendar import Absence, BreakRule, Shift, ShiftBreak, ShiftPattern
from scheduling.models.people import Employer, Skill, Technician, TechnicianSkill, User
from scheduling.models.plan import ProposedRoute, ProposedStop, Route, RoutePlan, Run, Stop, UnplannedAppointment

__all__ = [
    "Absence",
    "Appointment",
    "AppointmentEvent",
    "AppointmentHours",
    "AppointmentSkill",
    "AppointmentWindow",
    "BreakRule",
    "Employer",
    "Promise",
    "ProposedRoute",
    "ProposedStop",
    "Route",
    "RoutePlan",
    "Run",
    "Shift",
    "ShiftBreak",
    "ShiftPattern",
    "Skill",
    "SlotOffer",
    "Stop",
    "Technician",
    "TechnicianSkill",
    "UnplannedAppointment",
    "User",
]
