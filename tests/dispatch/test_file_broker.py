"""The broker made of files: a message is there whole or not at all, and a spoilt one stops nobody."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu.connection import Connection
from kombu.transport import filesystem

from dispatch.config.celery import app
from dispatch.config.file_broker import Channel, Transport, write_whole

WRITERS, EACH = 4, 250
QUEUE = "celery"


def options(folder: Path) -> dict[str, str]:
    for name in ("messages", "control"):
        (folder / name).mkdir(exist_ok=True)
    messages = str(folder / "messages")
    return {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(folder / "control")}


def open_channel(folder: Path, transport: type[Any] = Transport) -> Any:
    connection: Any = Connection
    return connection("filesystem://", transport=transport, transport_options=options(folder)).channel()


def test_the_address_leads_to_this_broker() -> None:
    with app.connection_for_write() as connection:
        assert isinstance(connection.default_channel, Channel)


def exchange_messages(folder: Path) -> list[str]:
    """Some write as quickly as they can while two read; what the readers got."""

    def write(writer: int) -> None:
        channel = open_channel(folder)
        for number in range(EACH):
            channel._put(QUEUE, {"id": f"{writer}-{number}"})

    def read(reader: int) -> list[str]:
        channel, got = open_channel(folder), []
        while not (all(one.done() for one in writers) and channel._size(QUEUE) == 0):
            try:
                got.append(channel._get(QUEUE)["id"])
            except Empty:
                continue
        return got

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write, number) for number in range(WRITERS)]
        readers = [pool.submit(read, number) for number in range(2)]
    return [one for reader in readers for one in reader.result()]


def test_every_message_arrives_once_while_others_write(tmp_path: Path) -> None:
    got = exchange_messages(tmp_path)
    assert sorted(got) == sorted(f"{writer}-{number}" for writer in range(WRITERS) for number in range(EACH))
    assert list((tmp_path / "messages").iterdir()) == []


class ReadWhileWritten:
    """What the writer of a message is in the midst of when another one looks."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def __json__(self) -> str:
        with pytest.raises(Empty):
            self.reader._get(QUEUE)
        return "whole"


def test_nobody_sees_a_message_that_is_being_written(tmp_path: Path) -> None:
    channel = open_channel(tmp_path)
    channel._put(QUEUE, {"id": ReadWhileWritten(open_channel(tmp_path))})
    assert channel._get(QUEUE) == {"id": "whole"}


def test_the_broker_as_it_comes_shows_a_message_too_early(tmp_path: Path) -> None:
    """The canary of the test above: the reader dies of an empty message."""
    plain = filesystem.Transport
    with pytest.raises(ValueError, match="Expecting value"):
        open_channel(tmp_path, plain)._put(QUEUE, {"id": ReadWhileWritten(open_channel(tmp_path, plain))})


@pytest.mark.parametrize("spoilt", ["", "{", "null", "[1]"])
def test_a_message_that_cannot_be_read_is_put_aside(
    spoilt: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    channel = open_channel(tmp_path)
    (tmp_path / "messages" / f"0_first.{QUEUE}.msg").write_text(spoilt)
    channel._put(QUEUE, {"id": "second"})
    with caplog.at_level(logging.WARNING):
        assert channel._get(QUEUE) == {"id": "second"}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert [path.name for path in (tmp_path / "messages").iterdir()] == [f"0_first.{QUEUE}.msg.unreadable"]
    with pytest.raises(Empty):
        channel._get(QUEUE)


def test_messages_come_oldest_first_and_to_their_own_queue(tmp_path: Path) -> None:
    channel = open_channel(tmp_path)
    for name in ("2", "1"):
        write_whole(tmp_path / "messages" / f"{name}_x.{QUEUE}.msg", f'{{"id": "{name}"}}')
    channel._put("other", {"id": "3"})
    assert [channel._get(QUEUE)["id"], channel._get(QUEUE)["id"], channel._get("other")["id"]] == ["1", "2", "3"]


def test_queues_bound_at_the_same_time_are_all_bound(tmp_path: Path) -> None:
    open_channel(tmp_path)
    (tmp_path / "control" / "all.exchange").write_text("")

    def bind(number: int) -> None:
        open_channel(tmp_path)._queue_bind("all", "", "", f"queue-{number:02}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(24)))
    bound = sorted(entry.queue for entry in open_channel(tmp_path).get_table("all"))
    assert bound == [f"queue-{number:02}" for number in range(24)]
