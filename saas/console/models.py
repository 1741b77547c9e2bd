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
    """A row that waits for an operator, and when operators were mailed about it.

    A new row is mailed once, then once more a day before its deadline. A row without a deadline
    keeps the moment since which it waits.
    """

    RETENTION = retention.by_room(dt.timedelta(days=90))

    queue = models.CharField(max_length=20)
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    is_new = models.BooleanField(default=False)
    deadline_at = models.DateTimeField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["deadline_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "reference", "is_new", "deadline_at"],
                name="operators_are_reminded_once_of_a_deadline",
            )
        ]

    def __str__(self) -> str:
        return f"{self.queue} {self.reference}"
