"""`{% map_assets %}` once in the head of a page, `{% map_canvas "board-map" _("Map of the day") %}` in its place."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.urls import reverse

from maps.regions import find_basemap_name

register = template.Library()


@register.inclusion_tag("maps/map-assets.html")
def map_assets() -> dict[str, str]:
    return {}


@register.inclusion_tag("maps/map-canvas.html")
def map_canvas(element_id: str, label: str) -> dict[str, str]:
    return {"element_id": element_id, "label": label, **ground_of_maps()}


@register.inclusion_tag("maps/place-picker.html")
def place_picker(form: object, prefix: str = "") -> dict[str, object]:
    """`form` has the fields latitude, longitude and quality, and perhaps line1, city, postal_code and provider."""
    return {"form": form, "prefix": prefix, **ground_of_maps()}


def ground_of_maps() -> dict[str, str]:
    """Tiles win over the region's own base map when an installation has set a tile server."""
    if settings.MAPS_TILE_URL:
        return {
            "tile_url": settings.MAPS_TILE_URL,
            "tile_attribution": settings.MAPS_TILE_ATTRIBUTION,
            "basemap_url": "",
        }
    name = find_basemap_name()
    return {
        "tile_url": "",
        "tile_attribution": "",
        "basemap_url": reverse("maps:basemap", args=[name]) if name else "",
    }
