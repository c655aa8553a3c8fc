from django.urls import include, path

from dispatch.views import cases, front, outbox, pairing, planning_settings, technician_rules, visit_rules, visits

urlpatterns = [
    path("", front.home, name="home"),
    path("login/", front.SignInView.as_view(), name="login"),
    path("logout/", front.SignOutView.as_view(), name="logout"),
    path("theme/", front.choose_theme, name="set_theme"),
    path("cases/", cases.list_cases, name="cases"),
    path("cases/new/", cases.new_case, name="case_new"),
    path("cases/<int:case_id>/", cases.show_case, name="case"),
    path("cases/<int:case_id>/attempts/", cases.save_attempt, name="case_attempt"),
    path("cases/<int:case_id>/visits/", cases.save_visit, name="case_visit"),
    path("cases/<int:case_id>/settle/", cases.settle_case, name="case_settle"),
    path("cases/<int:case_id>/place/", visits.set_place, name="case_place"),
    path("cases/<int:case_id>/contact/", visits.set_contact, name="case_contact"),
    path("visits/<int:visit_id>/", visits.show_visit, name="visit"),
    path("visits/<int:visit_id>/link/", visits.send_link, name="visit_link"),
    path("visits/<int:visit_id>/cancel/", visits.cancel, name="visit_cancel"),
    path("visits/<int:visit_id>/rules/", visit_rules.set_rules, name="visit_rules"),
    path("technicians/", pairing.list_technicians, name="technicians"),
    path("technicians/<int:technician_id>/rules/", technician_rules.set_rules, name="technician_rules"),
    path("technicians/<int:technician_id>/pair/", pairing.pair_technician, name="technician_pair"),
    path(
        "technicians/<int:technician_id>/phones/<int:device_id>/revoke/",
        pairing.revoke_phone,
        name="technician_phone_revoke",
    ),
    path("planning/", planning_settings.set_planning, name="planning"),
    path("planning/weights/new/", planning_settings.new_weights, name="planning_weights_new"),
    path("planning/weights/<int:weight_set_id>/", planning_settings.set_weights, name="planning_weights"),
    path(
        "planning/weights/<int:weight_set_id>/delete/",
        planning_settings.delete_weights,
        name="planning_weights_delete",
    ),
    path("outbox/", outbox.list_notices, name="outbox"),
    path("api/v1/", include("dispatch.api_urls")),
    path("board/", include("dispatch.urls_board")),
    path("", include("dispatch.urls_customer")),
]
