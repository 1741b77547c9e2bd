"""Operators of Troovon."""

from django.db import models

from saas.accounts.models import User
from saas.kernel import retention
from saas.kernel.models import SharedModel


class Operator(SharedModel):
    """A person of public who may use the console."""

    RETENTION = retention.WITH_SERVICE

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"operator {self.user_id}"
