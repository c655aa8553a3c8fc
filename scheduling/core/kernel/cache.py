"""Where the kernel's compiled code is kept. The only file of the core that looks at the disk.

Numba notices a change of the file that a function stands in, not of one that the function calls into: it would go on
with a copy of the old. So each state of all compiled sources has a folder of its own. Beside the sources where that can
be written, else in the user's cache; ``NUMBA_CACHE_DIR`` comes before both.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
COMPILED = re.compile(r"^@(compiled|inlined)$", re.MULTILINE)
# The shape of the data is compiled in as well.
SHAPES = {"layout.py", "compiling.py"}
NAME = "visita-kernel-"
FORGOTTEN_AFTER_S = 30 * 86_400


def compiled_sources(sources: Path = SOURCES) -> list[Path]:
    """What the machine code is made of."""
    return [
        path
        for path in sorted(sources.glob("*.py"))
        if path.name in SHAPES or COMPILED.search(path.read_text(encoding="utf-8"))
    ]


def find_folder(sources: Path = SOURCES) -> Path | None:
    """Made when it isn't there; None where nothing can be written, and so nothing kept."""
    digest = hashlib.sha256()
    for path in compiled_sources(sources):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    name = NAME + digest.hexdigest()[:16]
    return next((parent / name for parent in _parents(sources) if _is_writable(parent / name)), None)


def _parents(sources: Path) -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given).absolute()
    yield sources / "__pycache__"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if os.path.isabs(home):
        yield Path(home) / "visita"


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def compiling_alone(folder: Path | None) -> Iterator[None]:
    """Who comes second waits, and finds the work done. Ends with the process, however that ends."""
    if folder is None:
        yield
        return
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def forget_old(folder: Path) -> None:
    """Removes what earlier states of the sources left beside ``folder`` a month ago and more."""
    with suppress(OSError):
        os.utime(folder)
        now = folder.stat().st_mtime
        for other in folder.parent.glob(f"{NAME}*"):
            if now - other.stat().st_mtime > FORGOTTEN_AFTER_S:
                shutil.rmtree(other, ignore_errors=True)
