"""What an installation must have before it serves."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured


@register(Tags.security, deploy=True)
def check_secret(**kwargs: Any) -> list[CheckMessage]:
    try:
        if settings.SECRET_KEY:
            return []
    except ImproperlyConfigured:  # Django's word for an empty one
        pass
    return [Error("SECRET_KEY is not set.", hint="Set it to 50 random characters or more.", id="visita.E001")]


@register(Tags.security, deploy=True)
def check_not_demo(**kwargs: Any) -> list[CheckMessage]:
    if not settings.DEMO:
        return []
    return [Error("DEMO is on.", hint="Its accounts have known passwords: set DEMO=false.", id="visita.E002")]


@register(Tags.security, deploy=True)
def check_site_url(**kwargs: Any) -> list[CheckMessage]:
    if settings.SITE_URL.startswith("https://"):
        return []
    return [
        Warning("SITE_URL is not https.", hint="Links in messages carry secrets: serve over TLS.", id="visita.W001")
    ]


@register(Tags.files)
def check_data_dir(**kwargs: Any) -> list[CheckMessage]:
    """The directory itself when there, else the nearest parent that is: nothing is made by a check."""
    nearest = next(path for path in (settings.DATA_DIR, *settings.DATA_DIR.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [Error(f"DATA_DIR can't be written: {Path(nearest)}", hint="Set DATA_DIR.", id="visita.E003")]
