"""JSON from outside, within bounds."""

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from dispatch.problems import ProblemError

MOST_BYTES = 16 * 1024 * 1024
MOST_LEVELS = 40


class BoundedJSONParser(JSONParser):
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise ProblemError(status=413, detail=_("The request is too large."))
        too_deep = ParseError(_("The request is nested too deeply."))
        try:
            read: dict[str, Any] = super().parse(BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise too_deep from error
        if not is_flat_enough(read):
            raise too_deep
        return read


def is_flat_enough(value: object) -> bool:
    """Without recursion of its own: what is stored is walked through later, and databases have limits too."""
    level = [value]
    for _level in range(MOST_LEVELS):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner += one.values()
            elif isinstance(one, list):
                inner += one
        level = inner
    return not level
