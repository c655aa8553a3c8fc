"""What a visit still lacks when its technician wants to end it. The phone asks once; a fact is never refused for it."""

from dataclasses import dataclass

from dispatch.models import Visit


@dataclass(frozen=True, slots=True)
class Gaps:
    open_checks: int
    no_finding: bool
    no_cause: bool
    no_text: bool

    def __bool__(self) -> bool:
        return bool(self.open_checks) or self.no_finding or self.no_cause or self.no_text


def find_gaps(visit: Visit) -> Gaps:
    return Gaps(
        open_checks=sum(answer.done_at is None for answer in visit.checklist.all()),
        no_finding=not visit.findings.all(),
        no_cause=not visit.factors.all(),
        no_text=not visit.summary.strip(),
    )
