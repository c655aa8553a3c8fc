"""JSON from outside, within bounds."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_LEVELS = 40


class BoundedJSONParser(JSONParser):
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        too_deep = ParseError(_("The request is nested too deeply."))
        try:
            read: dict[str, Any] = super().parse(stream, media_type, parser_context)
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
