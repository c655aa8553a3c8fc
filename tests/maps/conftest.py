from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from maps.city import City, generate_city
from maps.models import Region
from maps.regions import create_generated_region

SEED = 7


@pytest.fixture(scope="session")
def city() -> City:
    return generate_city(SEED)


@pytest.fixture(scope="session")
def region_data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="visita-regions-") as folder:
        yield Path(folder)


@pytest.fixture
def region(db: None, settings: Settings, region_data: Path) -> Region:
    """The files are made once in a session, the row in each test."""
    settings.DATA_DIR = region_data
    return create_generated_region(name="valdeluna", seed=SEED)
