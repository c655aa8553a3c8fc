"""Searching without accents and capitals: ``name__folded__contains=fold(word)``. Whoever types "gomez" means Gómez."""

import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, TextField, Transform
from django.db.models.sql.compiler import SQLCompiler

FOLDED = "VISITA_FOLD"
LETTERS = "".join(chr(code) for code in range(0xC0, 0x180))


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _fold_or_nothing(text: str | None) -> str | None:
    return None if text is None else fold(text)


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """SQLite asks ``fold`` itself. PostgreSQL translates the Latin letters, which takes no extension."""

    lookup_name = "folded"
    function = FOLDED
    bilateral = False

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        pairs = [(letter, fold(letter)) for letter in LETTERS if len(fold(letter)) == 1 and fold(letter) != letter]
        accented, plain = ("".join(column) for column in zip(*pairs, strict=True))
        template = f"TRANSLATE(LOWER(%(expressions)s), '{accented}', '{plain}')"
        return super().as_sql(compiler, connection, template=template, **context)


def teach_sqlite(*, connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FOLDED, 1, _fold_or_nothing, deterministic=True)
