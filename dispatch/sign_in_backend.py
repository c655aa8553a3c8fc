"""Every door that takes a password asks here: the sign-in page and the one of the master data."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from dispatch.services.sign_in import address_of, forget_failures, is_locked, note_failure
from scheduling.models import User


class GuardedBackend(ModelBackend):
    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:  # type: ignore[override]
        """While locked, the right password is refused like any other."""
        username = credentials.get("username")
        if not isinstance(username, str):
            return None
        now, address = timezone.now(), address_of(request)
        if is_locked(username=username, address=address, now=now):
            raise PermissionDenied
        user = super().authenticate(request, **credentials)
        if user is None:
            note_failure(username=username, address=address, now=now)
        else:
            forget_failures(username=username, address=address)
        return user
