"""Text as it comes from outside."""

import re

NO_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean_text(text: str) -> str:
    """Without what no database takes and no answer can carry: zero characters, and halves of surrogate pairs, which
    JSON can spell and UTF-8 can't."""
    return NO_CHARACTERS.sub(lambda found: "" if found[0] == "\0" else REPLACEMENT, text)
