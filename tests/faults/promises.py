"""A promise is something Visita owes its users under bad luck. A proof tries to break it and counts."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """``lost``: done once and gone. ``doubled``: done twice. ``wrong``: any other answer than the promised one."""

    tries: int
    lost: int = 0
    doubled: int = 0
    wrong: int = 0

    @property
    def kept(self) -> bool:
        return self.tries > 0 and self.lost == self.doubled == self.wrong == 0


Proof = Callable[[], Tally]
PROOFS: dict[str, Proof] = {}


def proves(promise: str) -> Callable[[Proof], Proof]:
    """Registers a proof. It runs with an empty, migrated database in a file or a cluster of its own."""

    def register(proof: Proof) -> Proof:
        if promise in PROOFS:
            raise ValueError(f"two proofs of one promise: {promise}")
        PROOFS[promise] = proof
        return proof

    return register


def describe(promise: str, database: str, tally: Tally) -> str:
    return (
        f"{promise} ({database}): tries {tally.tries}, lost {tally.lost}, doubled {tally.doubled}, "
        f"wrong {tally.wrong}, {'ok' if tally.kept else 'FAILED'}"
    )
