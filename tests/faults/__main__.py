"""``make faults``: every proof on every database the machine has. ``FAULTS`` narrows it to promises with that text."""

import os
import subprocess
import sys

from tests.parts import find_postgresql


def main() -> int:
    postgresql = find_postgresql()
    failed = False
    for database in ("sqlite", *(["postgresql"] if postgresql.path else [])):
        command = [sys.executable, "-m", "tests.faults.run_one"]
        done = subprocess.run(command, env=os.environ | {"TEST_DATABASE": database}, check=False)
        failed = failed or done.returncode != 0
    if postgresql.path is None:
        print(f"Left out: the proofs on PostgreSQL. To include them: {postgresql.remedy}")
        failed = failed or os.environ.get("REQUIRE") == "all"
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
