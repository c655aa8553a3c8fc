from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def create_roles(**_kwargs: Any) -> None:
    """Every installation has the groups that stand for roles."""
    groups = import_module("django.contrib.auth.models").Group.objects
    for role in import_module("dispatch.access").ROLES:
        groups.get_or_create(name=role)


class DispatchConfig(AppConfig):
    name = "dispatch"
    verbose_name = _("Cases and visits")

    def ready(self) -> None:
        post_migrate.connect(create_roles, sender=self)
        connection_created.connect(import_module("dispatch.folding").teach_sqlite)
        for module in ("config.celery", "receivers", "receivers_visits", "checks"):
            import_module(f"{self.name}.{module}")
