from django.urls import path

from dispatch.views import cases, front, outbox

urlpatterns = [
    path("", front.home, name="home"),
    path("login/", front.SignInView.as_view(), name="login"),
    path("logout/", front.SignOutView.as_view(), name="logout"),
    path("theme/", front.choose_theme, name="set_theme"),
    path("cases/", cases.list_cases, name="cases"),
    path("cases/new/", cases.list_cases, name="case_new"),
    path("cases/<int:case_id>/", cases.list_cases, name="case"),
    path("outbox/", outbox.list_notices, name="outbox"),
]
