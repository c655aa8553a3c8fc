"""The customer's door. The address in a message holds a token; a browser that opened it once holds a signed cookie.

Opening a link writes nothing to the database: scanners of mail open every link, and often several times.
"""

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from dispatch.models import CustomerLink

TOKEN_BYTES = 32
COOKIE = "visit_link"
COOKIE_PATH = "/v/"
COOKIE_DAYS = 3
SALT = "dispatch.links"
WRONG_TOKENS = 30
WRONG_TOKENS_WITHIN_S = 600


def make_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def build_address(token: str) -> str:
    return f"{settings.SITE_URL}{COOKIE_PATH}{token}/"


def is_open(link: CustomerLink, now: datetime) -> bool:
    return link.revoked_at is None and link.expires_at > now


def find_link(token: str) -> CustomerLink | None:
    """Also one that is over: its page says so."""
    return CustomerLink.objects.filter(token_hash=hash_token(token)).first()


def read_cookie(request: HttpRequest) -> CustomerLink | None:
    """The link that this browser opened last, as it is now; whoever alters the cookie has none."""
    try:
        link_id = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_DAYS * 86_400)
    except signing.BadSignature:
        return None
    return CustomerLink.objects.filter(pk=link_id).first()


def write_cookie(response: HttpResponseBase, link: CustomerLink) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(link.pk, salt=SALT),
        max_age=COOKIE_DAYS * 86_400,
        path=COOKIE_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def has_guessed_too_often(request: HttpRequest) -> bool:
    """Counts a wrong token of this address, in the cache of this process. Asked only once the token has proved wrong:
    256 bits are the guard, and many customers may share an address with whoever guesses."""
    key = f"wrong-tokens:{request.META.get('REMOTE_ADDR', '')}"
    before = int(cache.get(key, 0))
    if before < WRONG_TOKENS:
        cache.set(key, before + 1, WRONG_TOKENS_WITHIN_S)
    return before >= WRONG_TOKENS
