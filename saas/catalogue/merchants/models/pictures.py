"""Pictures of shops and ads that a job has not drawn yet, or could not."""

from django.db import models

from saas.catalogue.merchants.models.shops import Merchant
from saas.kernel import retention
from saas.kernel.models import SharedModel


class SentPicture(SharedModel):
    """Original of a merchant's picture; the row is deleted once every width is stored.

    `name` is already in the row of the shop, or of the campaign with the reference `campaign`. A
    row with a failure is kept until the merchant sends another picture.
    """

    RETENTION = retention.WITH_SERVICE

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="sent_pictures")
    campaign = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200, unique=True)
    crop = models.CharField(max_length=6, blank=True, default="", db_default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return self.name
