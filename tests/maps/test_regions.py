from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django import Settings

from maps.models import Region
from maps.regions import (
    RegionMissingError,
    addresses,
    create_generated_region,
    find_basemap_name,
    folder_of,
    read_basemap,
)


def test_making_it_again_changes_nothing(region: Region) -> None:
    stamp = (folder_of(region) / "basemap.json.gz").stat().st_mtime_ns
    again = create_generated_region(name=region.name, seed=region.seed or 0)
    assert (again.pk, (folder_of(again) / "basemap.json.gz").stat().st_mtime_ns) == (region.pk, stamp)
    assert find_basemap_name() == region.name


def test_a_lost_folder_is_made_again(region: Region, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    with pytest.raises(RegionMissingError):
        read_basemap(region)
    assert find_basemap_name() == ""
    create_generated_region(name=region.name, seed=region.seed or 0)
    assert find_basemap_name() == region.name
    shutil.rmtree(tmp_path / "regions")


def test_addresses_are_homes_and_workplaces_in_town(region: Region) -> None:
    found = addresses(region.name)
    assert {address.kind for address in found} == {"home", "business"}
    assert all(region.south < a.lat < region.north and region.west < a.lon < region.east for a in found)
    assert found == addresses(region.name)


@pytest.mark.django_db
def test_an_unknown_region_is_an_error() -> None:
    with pytest.raises(RegionMissingError, match="atlantis"):
        addresses("atlantis")
