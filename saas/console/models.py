"""Operators of Troovon, and what they were reminded of."""

import datetime as dt

from django.db import models

from saas.accounts.models import User
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel


class Operator(SharedModel):
    """A person of public who may use the console."""

    RETENTION = retention.WITH_SERVICE

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"operator {self.user_id}"


class QueueReminder(SharedModel):
    """A row of a queue whose deadline is near, and when operators were mailed about it."""

    RETENTION = retention.by_room(dt.timedelta(days=90))

    queue = models.CharField(max_length=20)
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    deadline_at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["deadline_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "reference", "deadline_at"],
                name="operators_are_reminded_once_of_a_deadline",
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.reference}"
