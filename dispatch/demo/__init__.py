"""A made-up company for trying things out: only ``manage.py demo`` builds it, and only where ``DEMO`` is set."""
