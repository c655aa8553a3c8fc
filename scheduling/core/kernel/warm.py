"""Everything compiled made ready before anybody waits for it."""

from collections.abc import Callable
from functools import cache
from threading import Thread

import numpy as np

from scheduling.core.kernel.cache import compiling_alone, forget_old
from scheduling.core.kernel.compiling import FOLDER
from scheduling.core.kernel.engine import Engine, Steps
from scheduling.core.kernel.prepare import prepare
from scheduling.core.problem import Job, Problem, Window, Worker
from scheduling.core.travel import Travel

ASK_EVERY_S = 0.05


@cache
def compile_kernel() -> None:
    """Once a process: reads what is kept on disk, in less than a second, or compiles it, in half a minute or more.

    One step on one job goes through every door to the kernel, and each compiles whatever it could ever call.
    """
    day = Window(0, 10)
    problem = Problem(
        jobs=(Job(id=1, place=0, duration_s=1, windows=(day,), unserved_cost=100),),
        workers=(Worker(id=1, shift=day, start=0, end=0),),
        travel={"car": Travel(np.zeros((1, 1), dtype=np.int32))},
    )
    with compiling_alone(FOLDER):
        engine = Engine(prepare(problem, {}), {}, seed=0, threads=1)
        engine.run(Steps(engine, 1), lambda: None)
        if FOLDER is not None:
            forget_old(FOLDER)


def wait_for_kernel(is_over: Callable[[], bool]) -> bool:
    """False as soon as ``is_over`` says so. It is asked twenty times a second, and what it raises comes out; the
    compiling goes on without us."""
    if is_over():
        return False
    if compile_kernel.cache_info().currsize:
        return True
    failed: list[Exception] = []
    work = Thread(target=_compile, args=(failed,), name="compile_kernel", daemon=True)
    work.start()
    while work.is_alive():
        work.join(ASK_EVERY_S)
        if is_over():
            return False
    if failed:
        raise failed[0]
    return True


def _compile(failed: list[Exception]) -> None:
    try:
        compile_kernel()
    except Exception as error:  # noqa: BLE001 - raised again by who waits
        failed.append(error)
