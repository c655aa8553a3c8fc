"""Someone who acts in the middle of someone else's computation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Travel times are read after the stops and the versions, and before anything is written.
WHILE_COMPUTING = "maps_matrixpoint"


@contextmanager
def rival_act(act: Callable[[], object]) -> Iterator[None]:
    """Runs ``act`` once, when the code inside has read the routes and is about to compute with them."""
    waiting = [act]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if waiting and WHILE_COMPUTING in sql:
            waiting.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    assert not waiting, "the rival never had a chance"
