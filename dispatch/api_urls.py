from django.urls import path

from dispatch.views.case_api import CasesView

urlpatterns = [path("cases/", CasesView.as_view(), name="api_cases")]
