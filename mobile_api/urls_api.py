from django.urls import path

from mobile_api.views import api

urlpatterns = [
    path("pair/", api.PairView.as_view(), name="api-pair"),
    path("day/", api.DayView.as_view(), name="api-day"),
    path("acts/", api.ActsView.as_view(), name="api-acts"),
    path("photos/<uuid:client_id>/", api.PhotoView.as_view(), name="api-photo"),
]
