from importlib import import_module

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    name = "dispatch"

    def ready(self) -> None:
        for module in ("dispatch.config.celery", "dispatch.receivers", "dispatch.checks"):
            import_module(module)
