"""The planner's machine code made ready in a process of its own.

That takes a minute after an installation and a second later on.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

# As nice(1): whatever else the machine has to do comes first.
NICENESS = 10


def start_compiling(log: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """``log`` takes what it says, else it goes where our own goes. A planning that begins meanwhile waits for it."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "compile_planner"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=None if log is None else subprocess.STDOUT,
        start_new_session=True,
    )
    own = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, process.pid, max(own, NICENESS))
    return process


def stop_compiling(process: subprocess.Popen[bytes]) -> None:
    """What is half done isn't kept; the next start begins anew."""
    process.terminate()
    process.wait()


@contextmanager
def compiling(log: IO[bytes]) -> Iterator[None]:
    process = start_compiling(log)
    try:
        yield
    finally:
        stop_compiling(process)
