from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog
from drf_spectacular.views import SpectacularAPIView

from dispatch.views.health import healthz, readyz
from dispatch.views.language import choose_language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("favicon.ico", RedirectView.as_view(url=static("dispatch/mark.svg")), name="favicon"),
    path("jsi18n/", JavaScriptCatalog.as_view(packages=["dispatch"]), name="javascript-catalog"),
    path("language/", choose_language, name="set_language"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/", include("mobile_api.urls_api")),
    path("tech/", include("mobile_api.urls")),
    path("admin/", admin.site.urls),
    path("", include("maps.urls")),
    path("", include("dispatch.urls")),
]

handler400 = "dispatch.views.errors.bad_request"
handler403 = "dispatch.views.errors.permission_denied"
handler404 = "dispatch.views.errors.page_not_found"
handler500 = "dispatch.views.errors.server_error"
