"""Weekly mails of figures to merchants."""

import datetime as dt

from django.db import models

from saas.catalogue.merchants.models import Merchant
from saas.kernel import pending_mail, retention
from saas.kernel.models import SharedModel

WEEKLY_RETENTION = dt.timedelta(days=90)


class WeeklyReport(SharedModel):
    """Mail to a merchant with the figures of a week; `week` is its Monday."""

    RETENTION = retention.by_room(WEEKLY_RETENTION)

    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    week = models.DateField()
    mailed_at = pending_mail.mailed_at()

    class Meta:
        ordering = ["week", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "merchant"], name="a_shop_gets_one_mail_a_week"
            ),
            models.CheckConstraint(
                condition=models.Q(week__iso_week_day=1), name="a_week_begins_on_monday"
            ),
        ]
        indexes = [
            models.Index(
                fields=["week"], condition=models.Q(mailed_at=None), name="weekly_reports_to_mail"
            )
        ]

    def __str__(self) -> str:
        return f"{self.merchant_id} {self.week}"
