"""Mails that are not lost: a row records a pending mail, and the time when it was sent.

A mail is sent at least once. The row is not locked while it is sent, and is marked as sent only
afterwards: if a worker is killed in between, the mail is sent again after its claim has expired.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from saas.kernel import cache, mail
from saas.kernel.watching.log_context import Vouched

logger = logging.getLogger(__name__)
CLAIMED_SECONDS = 300
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 60, 2 * 3600
TRIES_SECONDS = 3 * 24 * 3600


def mailed_at() -> "models.DateTimeField[Any, Any]":
    """Return the column left empty while a mail is pending.

    Rows older than the column count as sent: their jobs were queued in the former way.
    """
    return models.DateTimeField(
        null=True, blank=True, default=None, db_default=Now(), editable=False
    )


def send_once[M: models.Model](
    waiting: models.QuerySet[M],
    row_id: object,
    send: Callable[[M], None],
    *,
    column: str = "mailed_at",
) -> None:
    """Send the pending mail of a row; of two concurrent jobs, only the first does.

    If the store is down, there are no claims: two concurrent jobs may both send.
    """
    own = waiting.filter(pk=row_id)
    send_together(own, row_id, lambda rows: send(rows[0]), column=column)


def send_together[M: models.Model](
    waiting: models.QuerySet[M],
    reader: object,
    send: Callable[[list[M]], None],
    *,
    column: str = "mailed_at",
) -> None:
    """Send a single mail for all pending rows of a reader, like `send_once` for a row."""
    claim = f"letter:{waiting.model._meta.label}:{column}:{reader}"
    if not cache.claimed(claim, seconds=CLAIMED_SECONDS):
        return
    is_refused = False
    try:
        rows = list(waiting.filter(**{column: None}))
        if rows:
            is_refused = not _is_over(send, rows, claim)
        if rows and not is_refused:
            mailed = waiting.model._default_manager.filter(pk__in=[row.pk for row in rows])  # noqa: SLF001 - Django's way to say it
            mailed.update(**{column: timezone.now()})
    finally:
        if not is_refused:
            cache.forget(claim)


def _is_over[M: models.Model](send: Callable[[list[M]], None], rows: list[M], claim: str) -> bool:
    """Return False if the address takes no mail for now: the claim then lasts until the next try.

    An address that refuses for good gets no other try.
    """
    try:
        send(rows)
    except mail.AddressRefusedError as refusal:
        logger.warning("%s: %s", rows[0]._meta.label, Vouched(str(refusal)))
        if refusal.is_permanent:
            return True
        tries = cache.counted(f"{claim}:tries", seconds=TRIES_SECONDS) or 1
        cache.store_value(claim, "refused", seconds=wait_seconds(tries))
        return False
    return True


def wait_seconds(tries: int) -> int:
    """Return how long an address that refused so many mails for now is left alone."""
    return int(min(FIRST_WAIT_SECONDS * 2 ** min(tries - 1, 12), LONGEST_WAIT_SECONDS))
