"""Who may come through which door. A new address without a row here fails the build (``tests/test_outsiders.py``).

The key is the whole route as ``urls.py`` spells it. Give ``example`` where its converters don't tell a path.
"""

from dataclasses import dataclass

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, TECHNICIAN

EVERY_ROLE = frozenset({AGENT, DISPATCHER, TECHNICIAN, ADMINISTRATOR})
OFFICE_ROLES = frozenset({AGENT, DISPATCHER, ADMINISTRATOR})
PLANNERS = frozenset({DISPATCHER, ADMINISTRATOR})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Door:
    """``roles`` come in with a session; with ``public`` everybody does. Keys in the address (``token``) and bearer
    tokens open for those who hold one: a door with neither roles nor ``public`` stays shut for all sessions."""

    roles: frozenset[str] = NOBODY
    public: bool = False
    method: str = "get"
    example: str = ""


PUBLIC = Door(public=True)
WITH_TOKEN = Door()

DOORS: dict[str, Door] = {
    # ground
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "favicon.ico": PUBLIC,
    "jsi18n/": PUBLIC,
    "language/": Door(public=True, method="post"),
    "api/v1/schema/": PUBLIC,
    # the office
    "": Door(roles=EVERY_ROLE),
    "login/": PUBLIC,
    "logout/": Door(public=True, method="post"),
    "theme/": Door(public=True, method="post"),
    "cases/": Door(roles=OFFICE_ROLES),
    "cases/new/": Door(roles=OFFICE_ROLES),
    "cases/<int:case_id>/": Door(roles=OFFICE_ROLES),
    "outbox/": Door(roles=OFFICE_ROLES),
    # maps
    "maps/places/": Door(roles=OFFICE_ROLES),
    "maps/regions/<slug:name>/basemap.json": Door(roles=EVERY_ROLE),
}
