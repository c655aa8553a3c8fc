from scheduling.models.people import User


def set_user_language(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])
