from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.mobile_api.world import Phone, World


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    """A day whose eight o'clock has long gone by, so that no act lies in the future."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return World(now=timezone.now() - timedelta(days=1))


@pytest.fixture
def today(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "media"
    return World(now=timezone.now())


@pytest.fixture
def phone(world: World) -> Phone:
    return world.phone(world.tess)


@pytest.fixture
def later(world: World) -> datetime:
    return timezone.now().astimezone(UTC)
