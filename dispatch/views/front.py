"""The front door: signing in and out, and the page each role begins its day on."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, TECHNICIAN, roles_of
from dispatch.forms.base import SignInForm
from dispatch.selectors.overview import count_overview
from dispatch.views.acting import act_of

THEMES = ("system", "light", "dark")
YEAR_S = 365 * 86_400
DEMO_PASSWORD = "visita-demo"  # noqa: S105 - shown on purpose; these accounts exist in the demo alone
DEMO_ACCOUNTS = (
    ("agent", gettext_lazy("escalates cases")),
    ("dispatcher", gettext_lazy("plans the day")),
    ("technician", gettext_lazy("makes the visits")),
    ("admin", gettext_lazy("keeps the master data")),
)


class SignInView(LoginView):
    template_name = "dispatch/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"accounts": DEMO_ACCOUNTS, "demo_password": DEMO_PASSWORD}
        return context

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "locked"):
            answer.status_code = 429
        return answer


class SignOutView(LogoutView):
    """Only its POST signs out: opening the address leads to the start page."""

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return redirect("home")


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The administrator sees everything; the dispatcher goes before the agent where one person is both."""
    roles = roles_of(request.user)
    if ADMINISTRATOR in roles or request.user.is_superuser:
        return render(request, "dispatch/home.html", {"counts": count_overview(now=timezone.now())})
    if DISPATCHER in roles:
        return redirect("/board/")
    if AGENT in roles:
        return redirect("cases")
    if TECHNICIAN in roles:
        return redirect("/tech/")
    return render(request, "dispatch/home.html", {"no_role": True})


@act_of("home")
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light or dark is kept in a cookie of this browser, so that a page is right before any script runs."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in THEMES[1:]:
        response.set_cookie("theme", theme, max_age=YEAR_S, samesite="Lax", secure=settings.HTTPS)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response
