"""The admin without ``leaflet.admin``: that module imports GeoDjango, which needs libgdal, and stops the start."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.contrib.admin.apps import SimpleAdminConfig


class VisitaAdminConfig(SimpleAdminConfig):
    def ready(self) -> None:
        super().ready()
        for config in apps.get_app_configs():
            if config.name != "leaflet" and find_spec(f"{config.name}.admin") and config.name != self.name:
                import_module(f"{config.name}.admin")
