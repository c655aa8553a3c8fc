"""Fixtures for every test. A test that wants a part the machine lacks is left out, and the run says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

pytest_plugins = ["tests.browser.fixtures"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite in a file: other threads and processes must see the rows. No fsync: no test outlives a crash."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["TEST"]["NAME"] = str(Path(settings.DATA_DIR) / "test.sqlite3")
        database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def _installation_locale() -> Iterator[None]:
    """Requests of the test client run in the test's thread and leave their language and zone behind."""
    yield
    translation.deactivate()
    timezone.deactivate()
