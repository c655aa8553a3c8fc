"""What the settings read, for tests. Loaded before Django by ``-p`` in ``pyproject.toml``."""

import os
import tempfile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dispatch.config.settings")
os.environ.setdefault("SECRET_KEY", "for-tests-alone-not-a-secret-of-any-installation")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="visita-tests-"))
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("EMAIL_URL", "memory://")
os.environ.setdefault("COMPANY_PHONE", "+34 969 000 000")
