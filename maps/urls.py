from django.urls import path

from maps.views import basemap, search_places

app_name = "maps"
urlpatterns = [
    path("maps/places/", search_places, name="search_places"),
    path("maps/regions/<slug:name>/basemap.json", basemap, name="basemap"),
]
