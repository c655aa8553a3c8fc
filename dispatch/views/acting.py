from django.http import HttpRequest

from scheduling.models import User


def acting_user(request: HttpRequest) -> User:
    """The user behind ``role_required``: nobody else comes that far."""
    if not isinstance(request.user, User):
        raise TypeError("a guarded view was asked without a user")
    return request.user
