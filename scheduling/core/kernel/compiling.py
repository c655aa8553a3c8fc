"""How the search kernel is compiled.

Compiled code is kept on disk (``cache.py``). It lets go of the interpreter's lock, so that threads run side by side. It
makes no arrays of its own: numba then needn't count references to them, which took nine tenths of the time.
"""

from collections.abc import Callable
from typing import Any

import numba

from scheduling.core.kernel.cache import find_folder

FOLDER = find_folder()
OPTIONS: dict[str, Any] = {"cache": FOLDER is not None, "nogil": True, "_nrt": False}
if FOLDER is not None:
    settings: Any = numba.config
    settings.CACHE_DIR = str(FOLDER)


def compiled[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    machine_code: Callable[P, R] = numba.njit(**OPTIONS)(function)
    return machine_code


def inlined[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    machine_code: Callable[P, R] = numba.njit(**OPTIONS, forceinline=True)(function)
    return machine_code
