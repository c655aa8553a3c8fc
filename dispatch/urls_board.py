from datetime import date

from django.urls import path, register_converter

from dispatch.moments import is_plausible
from dispatch.views import board, board_api, board_explain_api, board_plan_api, board_repair_api


class DateConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not is_plausible(day):
            raise ValueError(value)
        return day

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DateConverter, "date")

urlpatterns = [
    path("", board.show_board, name="board"),
    path("day/<date:date>/", board_api.read_board_day, name="board_day"),
    path("day/<date:date>/version", board_api.read_board_version, name="board_version"),
    path("day/<date:date>/list", board.show_list, name="board_list"),
    path("day/<date:date>/choices", board_plan_api.read_board_choices, name="board_choices"),
    path("day/<date:date>/run", board_plan_api.run_board_day, name="board_run"),
    path("appointment/<int:appointment_id>/", board.show_panel, name="board_panel"),
    path(
        "day/<date:date>/explanation/<int:appointment_id>",
        board_explain_api.read_board_explanation,
        name="board_explanation",
    ),
    path("preview", board_api.preview_board_move, name="board_preview"),
    path("move", board_api.move_board_stop, name="board_move"),
    path("take-off", board_api.take_off_board_stop, name="board_take_off"),
    path("pin", board_api.pin_board_stop, name="board_pin"),
    path("repair/ill", board_repair_api.report_board_ill, name="board_ill"),
    path("repair/late", board_repair_api.report_board_late, name="board_late"),
    path("repair/nobody", board_repair_api.report_board_no_show, name="board_nobody"),
    path("repair/emergency", board_repair_api.place_board_emergency, name="board_emergency"),
    path("run/<int:some_id>/cancel", board_plan_api.cancel_board_run, name="board_run_cancel"),
    path("plan/<int:some_id>/publish", board_plan_api.publish_board_plan, name="board_publish"),
    path("plan/<int:some_id>/drop", board_plan_api.drop_board_plan, name="board_drop"),
]
