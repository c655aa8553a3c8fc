from importlib import import_module

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"

    def ready(self) -> None:
        for module in ("config.celery", "receivers", "receivers_visits", "checks"):
            import_module(f"{self.name}.{module}")
