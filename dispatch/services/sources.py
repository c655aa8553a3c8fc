"""Tokens of case sources: shown once when made, kept as a hash."""

import hashlib
import secrets

from dispatch.models import CaseSource

TOKEN_BYTES = 32


def hash_source_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_source_token(*, source: CaseSource) -> str:
    """A new token; the one before it is void at once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    source.token_hash = hash_source_token(token)
    source.save(update_fields=["token_hash"])
    return token


def find_source(token: str) -> CaseSource | None:
    return CaseSource.objects.filter(token_hash=hash_source_token(token), active=True).first()
