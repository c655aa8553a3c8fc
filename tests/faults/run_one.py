"""The proofs on one database (``TEST_DATABASE``), each after a flush."""

import os
import pkgutil
import sys
import traceback
from importlib import import_module

import django
from django.conf import settings
from django.core.management import call_command

import tests.environment  # noqa: F401 - sets what the settings read
from tests import faults
from tests.faults.promises import PROOFS, describe


def prepare() -> None:
    os.environ["VISITA_TEST_DATA_DIR"] = os.environ["DATA_DIR"]  # proofs start processes that import this package
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    for module in pkgutil.iter_modules(faults.__path__):
        if module.name.startswith("proof_"):
            import_module(f"tests.faults.{module.name}")


def main() -> int:
    prepare()
    database = "PostgreSQL" if "postgresql" in settings.DATABASES["default"]["ENGINE"] else "SQLite"
    chosen = {promise: proof for promise, proof in PROOFS.items() if os.environ.get("FAULTS", "") in promise}
    kept = bool(chosen)
    for promise, proof in chosen.items():
        call_command("flush", verbosity=0, interactive=False)
        try:
            tally = proof()
        except Exception:  # noqa: BLE001 - a proof that breaks has failed, and the others still run
            traceback.print_exc()
            print(f"{promise} ({database}): broke off, FAILED", flush=True)
            kept = False
            continue
        print(describe(promise, database, tally), flush=True)
        kept = kept and tally.kept
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
