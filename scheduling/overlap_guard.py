"""The net below the route helper: no two current stops of a technician overlap in their planned times.

Created after every migration, because Django rebuilds SQLite tables and silently drops their triggers. Half-open spans:
a stop may begin in the second in which another ends. What is over is left out: who finished early may begin the next
one before the hour at which the first was planned to end.
"""

from hashlib import sha256
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX = "stop_no_overlap"

_CONDITION = """
    EXISTS (
        SELECT 1 FROM scheduling_stop AS other
        WHERE other.is_current AND other.finished_at IS NULL AND other.id IS NOT NEW.id
          AND other.technician_id = NEW.technician_id
          AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
    )
"""
_SQLITE = [
    """CREATE TRIGGER {name}_insert BEFORE INSERT ON scheduling_stop
    WHEN NEW.is_current AND NEW.finished_at IS NULL AND {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END""",
    """CREATE TRIGGER {name}_update
    BEFORE UPDATE OF is_current, technician_id, starts_at, ends_at, finished_at ON scheduling_stop
    WHEN NEW.is_current AND NEW.finished_at IS NULL AND {condition} BEGIN SELECT RAISE(ABORT, '{name}'); END""",
]
_POSTGRESQL = [
    """ALTER TABLE scheduling_stop ADD CONSTRAINT {name} EXCLUDE USING gist (
    int8range(technician_id, technician_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE (is_current AND finished_at IS NULL) DEFERRABLE INITIALLY DEFERRED"""
]
# The name holds a fingerprint of the definition, so that a database with an older net is noticed.
_DEFINITION = "".join([*_SQLITE, _CONDITION, *_POSTGRESQL])
NAME = f"{PREFIX}_{sha256(_DEFINITION.encode()).hexdigest()[:8]}"


def create_guard(connection: BaseDatabaseWrapper) -> None:
    """Puts the net in place where it is missing or an older one."""
    if guard_stands(connection):
        return
    drop_guard(connection)
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement.format(name=NAME, condition=_CONDITION))


def drop_guard(connection: BaseDatabaseWrapper) -> None:
    """Takes every net away, this one and older ones. Only proofs that the net is needed do more than replace it."""
    for name in _find_nets(connection):
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {name}")
            else:
                cursor.execute(f"ALTER TABLE scheduling_stop DROP CONSTRAINT {name}")


def guard_stands(connection: BaseDatabaseWrapper) -> bool:
    wanted = {f"{NAME}_insert", f"{NAME}_update"} if connection.vendor == "sqlite" else {NAME}
    return set(_find_nets(connection)) == wanted


def _find_nets(connection: BaseDatabaseWrapper) -> list[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
        if connection.vendor == "sqlite"
        else "SELECT conname FROM pg_constraint WHERE conname LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return [row[0] for row in cursor.fetchall()]


def create_after_migration(*, using: str, **_kwargs: Any) -> None:
    create_guard(connections[using])
