"""What the screens say in a language, out of the catalogues that the screens use."""

from django.utils.translation.trans_real import DjangoTranslation

LOCALES = {"en": "en-GB", "es": "es-ES"}


class Words:
    """``words("Confirm the visit")`` is the text on the screen."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.locale = LOCALES[code]
        self.catalogues = [DjangoTranslation(code, domain=domain) for domain in ("django", "djangojs")]

    def pick(self, english: str, spanish: str) -> str:
        """Of what the company itself wrote in two languages."""
        return spanish if self.code == "es" else english

    def __call__(self, text: str) -> str:
        for catalogue in self.catalogues:
            if (said := catalogue.gettext(text)) != text:
                return said
        return text
