"""Migrations say what was: code of today may not change what they do."""

import ast
from dataclasses import asdict
from pathlib import Path

import pytest

from scheduling.core.weights import WEIGHT_SETS
from scheduling.models import WeightSet

ROOT = Path(__file__).parents[1]
OF_TODAY = ("scheduling.core", "scheduling.services", "scheduling.enums", "dispatch.services", "dispatch.enums")


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("*/migrations/0*.py")), ids=lambda path: f"{path.parts[-3]}-{path.stem}"
)
def test_a_migration_takes_nothing_from_the_core_or_the_services(path: Path) -> None:
    assert [name for name in imported(path) if name.startswith(OF_TODAY)] == []


@pytest.mark.django_db
def test_a_new_installation_has_the_sets_of_the_core() -> None:
    stored = {
        row.code: {name: getattr(row, name) for name in asdict(WEIGHT_SETS[row.code])}
        for row in WeightSet.objects.all()
    }
    assert stored == {code: asdict(weights) for code, weights in WEIGHT_SETS.items()}
