from django.db import models


class WorkerHeartbeat(models.Model):
    """When a background worker was last seen to work."""

    name = models.CharField(max_length=120, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SignInFailure(models.Model):
    """A password that did not fit. The account is a hash of what was typed: people type passwords there too."""

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("account", "at"), name="sign_in_failures"),
            models.Index(fields=("address", "at"), name="sign_in_failures_from"),
        )

    def __str__(self) -> str:
        return f"{self.address} {self.at}"
