from django.utils.translation import get_language


def pick_name(name_en: str, name_es: str) -> str:
    """The name in the reader's language; catalogues carry both."""
    return name_es if (get_language() or "").startswith("es") else name_en
