import json

import pytest
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404
from django.test import Client
from rest_framework import exceptions
from rest_framework.response import Response

from dispatch.problems import CONTENT_TYPE, ProblemError, answer_problem


def answer(error: Exception) -> Response:
    response = answer_problem(error, {})
    assert response is not None
    assert response.content_type == CONTENT_TYPE
    return response


def test_field_errors_become_flat_rows() -> None:
    detail = {"site": {"name": ["Required."]}, "attempts": [{}, {"what": ["Too long."]}], "non_field_errors": ["No."]}
    response = answer(exceptions.ValidationError(detail))
    assert response.status_code == 400
    assert response.data == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "site.name: Required.; attempts[1].what: Too long.; No.",
        "errors": [
            {"field": "site.name", "detail": "Required."},
            {"field": "attempts[1].what", "detail": "Too long."},
            {"field": "", "detail": "No."},
        ],
    }


def test_errors_of_models_read_the_same() -> None:
    response = answer(ModelValidationError({"due": ["In the past."]}))
    assert response.data["errors"] == [{"field": "due", "detail": "In the past."}]


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (Http404(), 404, "Not Found"),
        (exceptions.NotFound(), 404, "Not Found"),
        (exceptions.PermissionDenied(), 403, "Forbidden"),
        (exceptions.MethodNotAllowed("POST"), 405, "Method Not Allowed"),
        (exceptions.UnsupportedMediaType("text/plain"), 415, "Unsupported Media Type"),
    ],
)
def test_every_refusal_has_the_shape(error: Exception, status: int, title: str) -> None:
    response = answer(error)
    assert (response.status_code, response.data["title"], sorted(response.data)) == (
        status,
        title,
        ["detail", "status", "title", "type"],
    )


def test_waiting_times_are_kept() -> None:
    assert answer(exceptions.Throttled(wait=7))["Retry-After"] == "7"


def test_a_named_problem_brings_its_members() -> None:
    response = answer(ProblemError(status=409, detail="Changed since.", kind="/problems/stale", version=4))
    assert response.data == {
        "type": "/problems/stale",
        "title": "Conflict",
        "status": 409,
        "detail": "Changed since.",
        "version": 4,
    }


def test_our_own_faults_are_not_answered_here() -> None:
    assert answer_problem(ZeroDivisionError(), {}) is None


@pytest.mark.django_db
def test_an_address_that_no_view_has_is_a_problem_too(client: Client) -> None:
    response = client.get("/api/v1/nothing-of-the-kind/")
    assert (response.status_code, response["Content-Type"]) == (404, CONTENT_TYPE)
    assert json.loads(response.content)["title"] == "Not Found"
