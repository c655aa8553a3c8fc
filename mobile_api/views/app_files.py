"""What makes the pages an app: manifest, service worker, and the page shown when there is no connection."""

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ICON_SIZES = (192, 512)


@require_safe
@cache_control(max_age=300)
def show_manifest(request: HttpRequest) -> JsonResponse:
    icons = [
        {"src": static(f"mobile_api/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": use}
        for size in ICON_SIZES
        for use in ("any", "maskable")
    ]
    manifest = {
        "id": reverse("tech-day"),
        "name": _("%(company)s: my day") % {"company": settings.COMPANY_NAME},
        "short_name": _("My day"),
        "lang": get_language(),
        "start_url": reverse("tech-day"),
        "scope": reverse("tech-day"),
        "display": "standalone",
        "background_color": "#fafbfd",
        "theme_color": "#2f64b8",
        "icons": icons,
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def show_worker(request: HttpRequest) -> HttpResponse:
    """Served from /tech/ because a service worker rules only over what lies below its own address."""
    path = finders.find("mobile_api/worker.js")
    if path is None:
        raise Http404
    with open(path, encoding="utf-8") as file:
        return HttpResponse(file.read(), content_type="text/javascript")


@require_safe
def show_offline(request: HttpRequest) -> HttpResponse:
    return render(request, "mobile_api/offline.html")
