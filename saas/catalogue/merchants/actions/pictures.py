"""Pictures of shops and ads: kept as they came, then drawn by a job."""

import datetime as dt

from django.db import transaction

from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Merchant, SentPicture
from saas.kernel.tasks import after_commit
from saas.kernel.uploads import pictures


@transaction.atomic
def send_picture(
    *,
    merchant: Merchant,
    name: str,
    content: bytes,
    at: dt.datetime,
    campaign: str = "",
    crop: str = "",
) -> SentPicture:
    """Store a picture that a row names already, and queue its rendering, cropped if asked.

    Called by the merchant's own action, on a shop or a campaign.
    """
    merchant.sent_pictures.filter(campaign=campaign).exclude(failure="").delete()
    pictures.store_original(content, name)
    sent = SentPicture.objects.create(
        merchant=merchant, campaign=campaign, name=name, crop=crop, sent_at=at
    )
    after_commit(tasks.draw_picture, sent.pk)
    return sent
