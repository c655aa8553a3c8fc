"""The net below the route helper: no two current stops of a technician overlap in their planned times.

Created after every migration, because Django rebuilds SQLite tables and silently drops their triggers. Half-open spans:
a stop may begin in the second in which another ends. What is over is left out: who finished early may begin the next
one before the hour at which the first was planned to end.
"""

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

NAME = "stop_no_overlap"

_CONDITION = """
    EXISTS (
        SELECT 1 FROM scheduling_stop AS other
        WHERE other.is_current AND other.finished_at IS NULL AND other.id IS NOT NEW.id
          AND other.technician_id = NEW.technician_id
          AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at
    )
"""
_SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS {NAME}_insert BEFORE INSERT ON scheduling_stop
    WHEN NEW.is_current AND NEW.finished_at IS NULL AND {_CONDITION} BEGIN SELECT RAISE(ABORT, '{NAME}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS {NAME}_update
    BEFORE UPDATE OF is_current, technician_id, starts_at, ends_at ON scheduling_stop
    WHEN NEW.is_current AND NEW.finished_at IS NULL AND {_CONDITION} BEGIN SELECT RAISE(ABORT, '{NAME}'); END""",
]
_POSTGRESQL = f"""ALTER TABLE scheduling_stop ADD CONSTRAINT {NAME} EXCLUDE USING gist (
    int8range(technician_id, technician_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE (is_current AND finished_at IS NULL) DEFERRABLE INITIALLY DEFERRED"""


def create_guard(connection: BaseDatabaseWrapper) -> None:
    """Puts the net in place where it is missing."""
    if guard_stands(connection):
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else [_POSTGRESQL]:
            cursor.execute(statement)


def drop_guard(connection: BaseDatabaseWrapper) -> None:
    """Takes the net away. Only proofs that the net is needed do this."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for when in ("insert", "update"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{when}")
        else:
            cursor.execute(f"ALTER TABLE scheduling_stop DROP CONSTRAINT IF EXISTS {NAME}")


def guard_stands(connection: BaseDatabaseWrapper) -> bool:
    query, wanted = (
        (f"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '{NAME}%'", 2)  # noqa: S608
        if connection.vendor == "sqlite"
        else (f"SELECT count(*) FROM pg_constraint WHERE conname = '{NAME}'", 1)  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return bool(cursor.fetchone()[0] == wanted)


def create_after_migration(*, using: str, **_kwargs: Any) -> None:
    create_guard(connections[using])
