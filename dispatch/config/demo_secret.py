"""The demo makes its own secret, so that no secret stands in the source."""

import secrets
from pathlib import Path


def read_demo_secret(data_dir: Path) -> str:
    """The key kept in ``data_dir``, made at the first call. Two first callers agree on one key."""
    path = data_dir / "demo-secret-key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x") as file:
            file.write(secrets.token_urlsafe(48))
        path.chmod(0o600)
    except FileExistsError:
        pass
    return path.read_text()
