"""Who may come through which door. A new address without a row here fails the build (``tests/test_outsiders.py``).

The key is the whole route as ``urls.py`` spells it. Give ``example`` where its converters don't tell a path.
"""

from dataclasses import dataclass

from dispatch.access import ADMINISTRATOR, AGENT, DISPATCHER, TECHNICIAN

EVERY_ROLE = frozenset({AGENT, DISPATCHER, TECHNICIAN, ADMINISTRATOR})
OFFICE_ROLES = frozenset({AGENT, DISPATCHER, ADMINISTRATOR})
PLANNERS = frozenset({DISPATCHER, ADMINISTRATOR})
TECHNICIANS = frozenset({TECHNICIAN})
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
    "cases/<int:case_id>/attempts/": Door(roles=OFFICE_ROLES, method="post"),
    "cases/<int:case_id>/visits/": Door(roles=OFFICE_ROLES, method="post"),
    "cases/<int:case_id>/settle/": Door(roles=OFFICE_ROLES, method="post"),
    "cases/<int:case_id>/place/": Door(roles=OFFICE_ROLES, method="post"),
    "cases/<int:case_id>/contact/": Door(roles=OFFICE_ROLES, method="post"),
    "visits/<int:visit_id>/": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/link/": Door(roles=OFFICE_ROLES, method="post"),
    "visits/<int:visit_id>/cancel/": Door(roles=OFFICE_ROLES, method="post"),
    "visits/<int:visit_id>/report/": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/report.pdf": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/report/photos/<int:photo_id>/": Door(roles=OFFICE_ROLES),
    "technicians/": Door(roles=PLANNERS),
    "technicians/<int:technician_id>/pair/": Door(roles=PLANNERS),
    "technicians/<int:technician_id>/phones/<int:device_id>/revoke/": Door(roles=PLANNERS, method="post"),
    "outbox/": Door(roles=PLANNERS),
    # the board
    "board/": Door(roles=PLANNERS),
    "board/day/<date:date>/": Door(roles=PLANNERS),
    "board/day/<date:date>/version": Door(roles=PLANNERS),
    "board/day/<date:date>/list": Door(roles=PLANNERS),
    "board/day/<date:date>/run": Door(roles=PLANNERS, method="post"),
    "board/appointment/<int:appointment_id>/": Door(roles=PLANNERS),
    "board/preview": Door(roles=PLANNERS, method="post"),
    "board/move": Door(roles=PLANNERS, method="post"),
    "board/take-off": Door(roles=PLANNERS, method="post"),
    "board/pin": Door(roles=PLANNERS, method="post"),
    "board/run/<int:some_id>/cancel": Door(roles=PLANNERS, method="post"),
    "board/plan/<int:some_id>/publish": Door(roles=PLANNERS, method="post"),
    "board/plan/<int:some_id>/drop": Door(roles=PLANNERS, method="post"),
    # customers, by the link that was sent to them
    "v/<str:token>/": WITH_TOKEN,
    "v/": WITH_TOKEN,
    "v/times/": Door(method="post"),
    "v/choose/": Door(method="post"),
    "v/confirm/": Door(method="post"),
    "v/move/": WITH_TOKEN,
    "v/cancel/": Door(method="post"),
    "v/appointment.ics": WITH_TOKEN,
    "v/report.pdf": WITH_TOKEN,
    "v/photos/<int:photo_id>/": WITH_TOKEN,
    # the phone
    "tech/": Door(roles=TECHNICIANS),
    "tech/stops/<int:stop_id>/": Door(roles=TECHNICIANS),
    "tech/stops/<int:stop_id>/acts/": Door(roles=TECHNICIANS, method="post"),
    "tech/stops/<int:stop_id>/report.pdf": Door(roles=TECHNICIANS),
    "tech/photos/<uuid:client_id>/": Door(roles=TECHNICIANS),
    "tech/pair/": PUBLIC,
    "tech/leave/": Door(public=True, method="post"),
    "tech/manifest.webmanifest": PUBLIC,
    "tech/sw.js": PUBLIC,
    "tech/offline/": PUBLIC,
    # machines
    "api/v1/cases/": Door(method="post"),
    "api/v1/pair/": Door(public=True, method="post"),
    "api/v1/day/": WITH_TOKEN,
    "api/v1/acts/": Door(method="post"),
    "api/v1/photos/<uuid:client_id>/": Door(method="put"),
    # maps
    "maps/places/": Door(roles=OFFICE_ROLES),
    "maps/regions/<slug:name>/basemap.json": Door(roles=EVERY_ROLE),
}
