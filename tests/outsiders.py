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


SIGN_IN = "/login/"
PAIR = "/tech/pair/"


@dataclass(frozen=True)
class Door:
    """``roles`` come in with a session; with ``public`` everybody does; with ``token`` whoever holds the key in the
    address, the cookie or the header (``tests/doors.py`` knows it).

    ``stranger`` is what somebody who has not signed in gets: the page they are led to, or the status. ``refused`` is
    the status for one who has, with another role. ``opened`` is that of a GET which lets somebody in.
    """

    roles: frozenset[str] = NOBODY
    public: bool = False
    token: bool = False
    method: str = "get"
    example: str = ""
    stranger: str | int = SIGN_IN
    refused: int = 403
    opened: int = 200


PUBLIC = Door(public=True)
WITH_TOKEN = Door(token=True, stranger=404, refused=404)
TOKEN_ACT = Door(token=True, stranger=404, refused=404, method="post")
BOARD_READ = Door(roles=PLANNERS, stranger=401)
BOARD_ACT = Door(roles=PLANNERS, stranger=401, method="post")
PHONE = Door(roles=TECHNICIANS, stranger=PAIR)

DOORS: dict[str, Door] = {
    # ground
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "favicon.ico": PUBLIC,
    "jsi18n/": PUBLIC,
    "language/": Door(public=True, method="post"),
    "api/v1/schema/": PUBLIC,
    # the office
    "": Door(roles=EVERY_ROLE, opened=302),
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
    "visits/<int:visit_id>/rules/": Door(roles=PLANNERS, opened=302),
    "visits/<int:visit_id>/report/": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/report.pdf": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/report/photos/<int:photo_id>/": Door(roles=OFFICE_ROLES),
    "visits/<int:visit_id>/report/signature.png": Door(roles=OFFICE_ROLES),
    "technicians/": Door(roles=PLANNERS),
    "technicians/<int:technician_id>/rules/": Door(roles=PLANNERS),
    "technicians/<int:technician_id>/pair/": Door(roles=PLANNERS),
    "technicians/<int:technician_id>/phones/<int:device_id>/revoke/": Door(roles=PLANNERS, method="post"),
    "planning/": Door(roles=PLANNERS),
    "planning/weights/new/": Door(roles=PLANNERS),
    "planning/weights/<int:weight_set_id>/": Door(roles=PLANNERS),
    "planning/weights/<int:weight_set_id>/delete/": Door(roles=PLANNERS, method="post"),
    "outbox/": Door(roles=PLANNERS),
    # the board
    "board/": Door(roles=PLANNERS),
    "board/day/<date:date>/": BOARD_READ,
    "board/day/<date:date>/version": BOARD_READ,
    "board/day/<date:date>/list": Door(roles=PLANNERS),
    "board/day/<date:date>/choices": BOARD_READ,
    "board/day/<date:date>/explanation/<int:appointment_id>": BOARD_READ,
    "board/day/<date:date>/run": BOARD_ACT,
    "board/appointment/<int:appointment_id>/": Door(roles=PLANNERS),
    "board/preview": BOARD_ACT,
    "board/move": BOARD_ACT,
    "board/take-off": BOARD_ACT,
    "board/pin": BOARD_ACT,
    "board/repair/ill": BOARD_ACT,
    "board/repair/late": BOARD_ACT,
    "board/repair/nobody": BOARD_ACT,
    "board/repair/emergency": BOARD_ACT,
    "board/run/<int:some_id>/cancel": BOARD_ACT,
    "board/plan/<int:some_id>/publish": BOARD_ACT,
    "board/plan/<int:some_id>/drop": BOARD_ACT,
    # customers, by the link that was sent to them
    "v/<str:token>/": Door(token=True, stranger=404, refused=404, opened=302),
    "v/": WITH_TOKEN,
    "v/times/": TOKEN_ACT,
    "v/choose/": TOKEN_ACT,
    "v/confirm/": TOKEN_ACT,
    "v/move/": WITH_TOKEN,
    "v/cancel/": TOKEN_ACT,
    "v/appointment.ics": WITH_TOKEN,
    "v/report.pdf": WITH_TOKEN,
    "v/photos/<int:photo_id>/": WITH_TOKEN,
    "v/signature.png": WITH_TOKEN,
    # the phone
    "tech/": PHONE,
    "tech/stops/<int:stop_id>/": PHONE,
    "tech/stops/<int:stop_id>/acts/": Door(roles=TECHNICIANS, stranger=PAIR, method="post"),
    "tech/stops/<int:stop_id>/report.pdf": PHONE,
    "tech/photos/<uuid:client_id>/": PHONE,
    "tech/pair/": PUBLIC,
    "tech/leave/": Door(public=True, method="post"),
    "tech/manifest.webmanifest": PUBLIC,
    "tech/sw.js": PUBLIC,
    "tech/offline/": PUBLIC,
    # machines
    "api/v1/cases/": Door(token=True, stranger=401, refused=401, method="post"),
    "api/v1/pair/": Door(public=True, method="post"),
    "api/v1/day/": Door(roles=TECHNICIANS, stranger=401),
    "api/v1/acts/": Door(roles=TECHNICIANS, stranger=401, method="post"),
    "api/v1/photos/<uuid:client_id>/": Door(roles=TECHNICIANS, stranger=401, method="put"),
    # maps
    "maps/places/": Door(roles=OFFICE_ROLES),
    "maps/regions/<slug:name>/basemap.json": PUBLIC,
}
