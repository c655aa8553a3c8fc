"""Error pages: what happened, what it means, what to do. Under ``/api/`` the same as a problem document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dispatch.problems import render_problem


def answer_error(request: HttpRequest, status: int, what: str, meaning: str, remedy: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return render_problem(status, f"{what} {meaning}")
    context = {"status": status, "what": what, "meaning": meaning, "remedy": remedy}
    return render(request, "dispatch/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(
        request,
        400,
        _("This request can't be read."),
        _("Nothing was changed."),
        _("Go back, reload the page and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(
        request,
        403,
        _("This page is not for your account."),
        _("Your role does not include it. Nothing was changed."),
        _("If you need it for your work, ask your administrator for the role."),
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_error(
        request,
        404,
        _("There is nothing at this address."),
        _("It was mistyped, has been removed, or belongs to someone else."),
        _("Check the address, or begin again at the start page."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Without request context: whatever failed may fail again."""
    what, meaning = _("Something went wrong on our side."), _("What you sent may not have been saved.")
    if request.path.startswith("/api/"):
        return render_problem(500, f"{what} {meaning}")
    context = {
        "what": what,
        "meaning": meaning,
        "remedy": _("Go back and look whether it is there; if not, try again in a minute."),
        "back": _("To the start page"),
        "language": get_language(),
    }
    return HttpResponse(render_to_string("dispatch/500.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer_error(
        request,
        403,
        _("This form was open for too long, or cookies are switched off."),
        _("Nothing was changed."),
        _("Allow cookies for this site, reload the page and send the form again."),
    )
