import os
from pathlib import Path

from celery import Celery
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dispatch.config.settings")

app = Celery("visita")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

TRANSPORT_ALIASES["filesystem"] = "dispatch.config.file_broker:Transport"
if settings.CELERY_BROKER_URL.startswith("filesystem://"):
    for key in ("data_folder_in", "control_folder"):
        Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key])).mkdir(parents=True, exist_ok=True)
