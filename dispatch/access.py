"""Who may see what. Roles are Django groups; helpers here fetch and authorise in one call.

What is someone else's does not exist: 404. A page that the role may not open at all answers 403 and says so.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from dispatch.models import Case, Visit
from scheduling.models import User

AGENT = "agent"
DISPATCHER = "dispatcher"
TECHNICIAN = "technician"
ADMINISTRATOR = "administrator"
ROLES = (AGENT, DISPATCHER, TECHNICIAN, ADMINISTRATOR)
OFFICE = (AGENT, DISPATCHER, ADMINISTRATOR)
CACHED_AS = "visita_roles"


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The user's roles; an administrator (group or superuser) has every office role. Asked once a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached: frozenset[str] | None = user.__dict__.get(CACHED_AS)
    if cached is None:
        cached = frozenset(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
        if user.is_superuser or ADMINISTRATOR in cached:
            cached |= frozenset(OFFICE)
        user.__dict__[CACHED_AS] = cached
    return cached


def has_role(user: User | AnonymousUser, *roles: str) -> bool:
    return not roles_of(user).isdisjoint(roles)


def role_required[**P](
    *roles: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponseBase]], Callable[Concatenate[HttpRequest, P], HttpResponseBase]
]:
    """Anonymous visitors are led to the sign-in page; users without one of ``roles`` get 403."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not has_role(request.user, *roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    return Case.objects.all() if has_role(user, *OFFICE) else Case.objects.none()


def visits_for(user: User | AnonymousUser) -> QuerySet[Visit]:
    """The office sees every visit; a technician those with an own current stop."""
    if has_role(user, *OFFICE):
        return Visit.objects.all()
    if isinstance(user, User) and has_role(user, TECHNICIAN):
        return Visit.objects.filter(
            appointment__stops__is_current=True, appointment__stops__technician__user=user
        ).distinct()
    return Visit.objects.none()


def get_case_for(user: User | AnonymousUser, case_id: int) -> Case:
    return get_object_or_404(cases_for(user).select_related("customer", "site__place", "contact", "device"), pk=case_id)


def get_visit_for(user: User | AnonymousUser, visit_id: int) -> Visit:
    return get_object_or_404(visits_for(user).select_related("case__customer", "appointment__place"), pk=visit_id)
