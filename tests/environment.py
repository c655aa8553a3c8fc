"""What the settings read, for tests. Loaded before Django by ``-p`` in ``pyproject.toml``.

``TEST_DATABASE=postgresql`` starts a throw-away cluster, once: the workers of pytest-xdist inherit its address.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.postgres import Cluster

os.environ["DJANGO_SETTINGS_MODULE"] = "dispatch.config.settings"
os.environ["SECRET_KEY"] = "for-tests-alone-not-a-secret-of-any-installation"
os.environ["DEBUG"] = os.environ["DEMO"] = os.environ["HTTPS"] = "false"
os.environ["EMAIL_URL"] = "memory://"
os.environ["COMPANY_PHONE"] = "+34 969 000 000"
os.environ["LANGUAGE_CODE"] = "es"
os.environ["TIME_ZONE"] = "Europe/Madrid"
os.environ["CELERY_BROKER_URL"] = "filesystem://"
# Playwright's event loop lives in the thread of the tests, and the ORM would take it for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

if "VISITA_TEST_DATA_DIR" not in os.environ:  # set by a runner whose child processes share its data
    data_dir = tempfile.mkdtemp(prefix="visita-tests-")
    os.environ["DATA_DIR"] = data_dir
    (Path(data_dir) / "static").mkdir()
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)

if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
    os.environ.pop("DATABASE_URL", None)
elif "VISITA_TEST_CLUSTER" not in os.environ:
    cluster = Cluster()
    atexit.register(cluster.stop)
    os.environ["DATABASE_URL"] = os.environ["VISITA_TEST_CLUSTER"] = cluster.start().url
