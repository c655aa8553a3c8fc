from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SchedulingConfig(AppConfig):
    name = "scheduling"
    verbose_name = _("People and plans")

    def ready(self) -> None:
        import_module("scheduling.checks")
        guard = import_module("scheduling.overlap_guard")
        post_migrate.connect(guard.create_after_migration, sender=self)
