from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def create_roles(**_kwargs: Any) -> None:
    """Every installation has the groups that stand for roles. Dispatchers may write the rules of planning, if they are
    let into the admin."""
    groups = import_module("django.contrib.auth.models").Group.objects
    access = import_module("dispatch.access")
    for role in access.ROLES:
        groups.get_or_create(name=role)
    planning = import_module("scheduling.permissions").planning_permissions()
    groups.get(name=access.DISPATCHER).permissions.add(*planning)


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Cases and visits")

    def ready(self) -> None:
        post_migrate.connect(create_roles, sender=self)
        connection_created.connect(import_module("dispatch.folding").teach_sqlite)
        for module in ("config.celery", "receivers", "receivers_visits", "checks"):
            import_module(f"{self.name}.{module}")
