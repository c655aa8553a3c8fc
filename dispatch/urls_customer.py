"""The customer's page under ``/v/`` and the office's view of the report."""

from django.urls import path

from dispatch.views import customer, reports

urlpatterns = [
    path("v/", customer.show_visit, name="customer"),
    path("v/times/", customer.find_times, name="customer_times"),
    path("v/choose/", customer.choose, name="customer_choose"),
    path("v/confirm/", customer.confirm, name="customer_confirm"),
    path("v/move/", customer.show_move, name="customer_move"),
    path("v/cancel/", customer.cancel, name="customer_cancel"),
    path("v/appointment.ics", customer.show_calendar, name="customer_calendar"),
    path("v/report.pdf", customer.show_pdf, name="customer_report_pdf"),
    path("v/photos/<int:photo_id>/", customer.show_photo, name="customer_photo"),
    path("v/signature.png", customer.show_signature, name="customer_signature"),
    path("v/<str:token>/", customer.open_link, name="customer_link"),
    path("visits/<int:visit_id>/report/", reports.show_report, name="visit_report"),
    path("visits/<int:visit_id>/report.pdf", reports.show_pdf, name="visit_report_pdf"),
    path("visits/<int:visit_id>/report/photos/<int:photo_id>/", reports.show_photo, name="visit_report_photo"),
    path("visits/<int:visit_id>/report/signature.png", reports.show_signature, name="visit_report_signature"),
]
