from django.conf import settings
from django.http import HttpRequest


def company(request: HttpRequest) -> dict[str, object]:
    return {
        "company_name": settings.COMPANY_NAME,
        "company_phone": settings.COMPANY_PHONE,
        "demo": settings.DEMO,
    }
