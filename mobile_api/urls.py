from django.urls import path

from mobile_api.views import app_files, pages, pairing

urlpatterns = [
    path("", pages.show_day, name="tech-day"),
    path("stops/<int:stop_id>/", pages.show_stop, name="tech-stop"),
    path("stops/<int:stop_id>/acts/", pages.take_act, name="tech-act"),
    path("stops/<int:stop_id>/report.pdf", pages.show_report, name="tech-report"),
    path("photos/<uuid:client_id>/", pages.show_photo, name="tech-photo"),
    path("pair/", pairing.pair_phone, name="tech-pair"),
    path("leave/", pairing.leave_phone, name="tech-leave"),
    path("manifest.webmanifest", app_files.show_manifest, name="tech-manifest"),
    path("sw.js", app_files.show_worker, name="tech-worker"),
    path("offline/", app_files.show_offline, name="tech-offline"),
]
