"""What whoever plans may write down: the rules of people, shifts and planning, and no account."""

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

WRITTEN = {
    "maps": ("territory",),
    "scheduling": (
        "absence",
        "breakrule",
        "loadunit",
        "planningsettings",
        "shift",
        "shiftbreak",
        "shiftpattern",
        "skill",
        "speedstep",
        "technician",
        "techniciancapacity",
        "technicianskill",
        "technicianterritory",
        "weightset",
    ),
}
SEEN = {"maps": ("place",), "scheduling": ("employer", "workledger")}


def planning_permissions() -> "QuerySet[Permission, Permission]":
    return Permission.objects.filter(_of(WRITTEN) | _of(SEEN) & Q(codename__startswith="view_"))


def _of(models: dict[str, tuple[str, ...]]) -> Q:
    found = Q()
    for app, names in models.items():
        found |= Q(content_type__app_label=app, content_type__model__in=names)
    return found
