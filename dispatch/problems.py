"""Every error of the API has one shape: RFC 9457, ``application/problem+json``."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError as ModelValidationError
from django.http import JsonResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from dispatch.text import clean_text

CONTENT_TYPE = "application/problem+json"
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After")


class ProblemError(APIException):
    """A refusal with a name of its own. ``members`` are further members of the answer, such as ``version``."""

    def __init__(self, *, status: int, detail: str, kind: str = "about:blank", **members: object) -> None:
        super().__init__(detail=detail)
        self.status_code = status
        self.kind = kind
        self.members = members


def describe_problem(status: int, detail: str, kind: str = "about:blank") -> dict[str, object]:
    return {"type": kind, "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def render_problem(status: int, detail: str) -> JsonResponse:
    """For answers given outside of REST framework's views, such as an address that no view has."""
    return JsonResponse(describe_problem(status, detail), status=status, content_type=CONTENT_TYPE)


def list_field_errors(detail: object, path: str = "") -> Iterator[dict[str, str]]:
    """Flat rows. Fields read ``site.name`` and ``attempts[0].what``; the empty field is the whole body."""
    if isinstance(detail, Mapping):  # its keys are numbers for the wrong rows of a list
        for key, value in detail.items():
            if isinstance(key, int):
                inner = f"{path}[{key}]"
            else:
                inner = path if key == "non_field_errors" else f"{path}.{key}" if path else key
            yield from list_field_errors(value, inner)
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list)
            yield from list_field_errors(value, f"{path}[{index}]" if nested else path)
    else:
        yield {"field": path, "detail": str(detail)}


def _clean(value: object) -> object:
    """Errors quote what was sent."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. ``None`` means a fault of ours: it becomes a 500 and is logged."""
    if isinstance(error, ModelValidationError):
        error = ValidationError(as_serializer_error(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        errors = list(list_field_errors(response.data))
        detail = "; ".join(f"{row['field']}: {row['detail']}" if row["field"] else row["detail"] for row in errors)
        body = describe_problem(response.status_code, detail) | {"errors": errors}
    else:
        detail = str(response.data.get("detail", "")) if isinstance(response.data, Mapping) else str(response.data)
        body = describe_problem(response.status_code, detail)
    if isinstance(error, ProblemError):
        body |= {"type": error.kind, **error.members}
    headers = {name: response[name] for name in KEPT_HEADERS if response.has_header(name)}
    return Response(_clean(body), status=response.status_code, headers=headers, content_type=CONTENT_TYPE)
