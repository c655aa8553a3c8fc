from __future__ import annotations

from django.template import Context, Template
from pytest_django import Settings

from maps.models import Region
from maps.templatetags.map_tags import ground_of_maps


def test_the_regions_own_map_is_the_ground(region: Region, settings: Settings) -> None:
    settings.MAPS_TILE_URL = ""
    assert ground_of_maps()["basemap_url"] == f"/maps/regions/{region.name}/basemap.json"


def test_a_tile_server_wins(region: Region, settings: Settings) -> None:
    settings.MAPS_TILE_URL, settings.MAPS_TILE_ATTRIBUTION = "https://tiles.test/{z}/{x}/{y}.png", "Tiles"
    assert ground_of_maps() == {
        "tile_url": "https://tiles.test/{z}/{x}/{y}.png",
        "tile_attribution": "Tiles",
        "basemap_url": "",
    }


def test_a_map_needs_nothing_inline(region: Region) -> None:
    html = Template('{% load map_tags %}{% map_assets %}{% map_canvas "day" label %}').render(
        Context({"label": 'The "day" & more'})
    )
    assert ("style=" in html, "<script>" in html, "<style" in html, "onclick" in html) == (False, False, False, False)
    assert 'data-label="The &quot;day&quot; &amp; more"' in html
