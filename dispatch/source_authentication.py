"""``Authorization: Bearer <token of a case source>``."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from dispatch.models import CaseSource
from dispatch.services.sources import find_source


class SourceAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[AnonymousUser, CaseSource] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        source = find_source(token.strip())
        if source is None:
            raise AuthenticationFailed(_("This token is not valid. An administrator can issue a new one."))
        return AnonymousUser(), source

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="cases"'


class IsSource(BasePermission):
    message = _("Send the token of your case source as “Authorization: Bearer …”.")

    def has_permission(self, request: Request, _view: APIView) -> bool:
        return isinstance(request.auth, CaseSource)


class SourceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "dispatch.source_authentication.SourceAuthentication"
    name = "caseSource"

    def get_security_definition(self, _auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "The token of a case source."}
