"""kombu's broker made of files, with writes that are whole or absent.

kombu opens a file under its final name and fills it afterwards: a reader that comes in between takes an empty message
and dies of it, and a binding that is read while it is made looks the same. Here a file gets its name when it is whole.
A message that can't be read all the same is put aside and logged: the row is the truth, and a sweep repeats the nudge.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

UNREADABLE = "unreadable"


class Channel(filesystem.Channel):
    def _put(  # type: ignore[override] # the bases disagree
        self,
        queue: str,
        payload: Any,
        **kwargs: Any,  # noqa: ARG002 - as kombu calls it
    ) -> None:
        name = f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str, timeout: object = None) -> Any:  # noqa: ARG002 - as kombu calls it
        """The oldest message that nobody else takes first; ``Empty`` when there is none that can be read."""
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            try:
                taken = (folder / name).rename(folder / f"{name}.{uuid4()}.taken")
            except FileNotFoundError:
                continue
            try:
                payload = read_message(taken)
            except ValueError as error:
                aside = taken.rename(folder / f"{name}.{UNREADABLE}")
                log.warning("a message can't be read and lies aside in %s (%s)", aside, error)
                continue
            taken.unlink()
            return payload
        raise Empty

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """One spoilt by an older version counts as none: queues are bound anew before anybody sends to them."""
        try:
            return list(super().get_table(exchange))
        except ValueError as error:
            log.warning("the bindings of %s can't be read and are made anew (%s)", exchange, error)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = [routing_key or "", pattern or "", queue or ""]
        file = self._exchange_file(exchange)
        with self._bindings_locked():
            bindings = [list(known) for known in self.get_table(exchange)]
            if binding not in bindings:
                write_whole(file, dumps([binding, *bindings]))

    def _delete(self, queue: str, exchange: str, *args: Any, **kwargs: Any) -> None:
        with self._bindings_locked():
            super()._delete(queue, exchange, *args, **kwargs)

    @contextmanager
    def _bindings_locked(self) -> Iterator[None]:
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel


def read_message(path: Path) -> dict[str, Any]:
    """Raises ``ValueError`` for what isn't a message."""
    message = loads(path.read_text(encoding="utf-8"))
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def write_whole(path: Path, text: str) -> None:
    """Others see all of the file or none of it."""
    draft = path.with_name(f"{path.name}.{uuid4()}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {path}") from error
