"""Regions: areas with a base map and streets of their own, which need no internet."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from maps.city import generate_city
from maps.models import Region, RegionKind
from maps.region_files import BASEMAP, Address, RegionGraph, city_bounds, load_addresses, load_graph, write_city

ATTRIBUTION = "Valdeluna: a made-up town"
# Part of the folder's name: a change of the generator or of the file format gets a new folder, not a stale one.
EDITION = 3


class RegionMissingError(LookupError):
    """There is no such region, or its files are gone from the data folder."""


def create_generated_region(*, name: str, seed: int) -> Region:
    """Makes the region's row and files, or finds those of the same seed in place; safe to call at each start."""
    folder_name = f"{name}-{seed}-{EDITION}"
    folder = _root() / folder_name
    if not (folder / BASEMAP).exists():
        _write_folder(folder, seed)
    bounds = city_bounds()
    values = {
        "kind": RegionKind.GENERATED, "seed": seed, "folder": folder_name, "attribution": ATTRIBUTION,
        "south": bounds.south, "west": bounds.west, "north": bounds.north, "east": bounds.east,
    }  # fmt: skip
    with transaction.atomic():
        region, _ = Region.objects.update_or_create(name=name, defaults=values)
    return region


def _write_folder(folder: Path, seed: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        write_city(draft, generate_city(seed), ATTRIBUTION)
        if folder.exists():
            shutil.rmtree(folder)
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _root() -> Path:
    return Path(settings.DATA_DIR) / "regions"


def folder_of(region: Region) -> Path:
    folder = _root() / region.folder
    if not region.folder or not (folder / BASEMAP).exists():
        raise RegionMissingError(f"region {region.name}: no files in {folder}")
    return folder


def get_region(name: str) -> Region:
    region = Region.objects.filter(name=name).first()
    if region is None:
        raise RegionMissingError(f"no region is called {name}")
    return region


def read_basemap(region: Region) -> bytes:
    """The base map as gzipped JSON."""
    return (folder_of(region) / BASEMAP).read_bytes()


def graph_of(region: Region) -> RegionGraph:
    return load_graph(folder_of(region))


def addresses(region_name: str) -> list[Address]:
    """Every address of a generated region, homes and businesses, in an order that is the same for the same seed."""
    return list(load_addresses(folder_of(get_region(region_name))))


def find_basemap_name() -> str:
    """The region whose base map the pages draw: the newest with files; empty when there is none."""
    for region in Region.objects.filter(kind=RegionKind.GENERATED).order_by("-pk"):
        if region.folder and (_root() / region.folder / BASEMAP).exists():
            return region.name
    return ""
