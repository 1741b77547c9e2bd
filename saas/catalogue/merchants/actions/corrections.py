"""Corrections of a shop by operators."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.merchants import tasks
from saas.catalogue.merchants.models import Correction, Merchant
from saas.catalogue.merchants.queries import shops as queries
from saas.catalogue.merchants.rules import advertising, corrections, identity, vat
from saas.catalogue.merchants.rules import shops as rules
from saas.kernel import hooks
from saas.kernel.tasks import after_commit
from tenants.spaces.rules.walks import check_place


@transaction.atomic
def correct_pin(
    *,
    merchant_id: int,
    latitude: Decimal,
    longitude: Decimal,
    reason: str,
    by: User,
    at: dt.datetime,
) -> Merchant:
    """Move the pin of a shop for an operator, with a reason; its merchant is mailed.

    Spaces see it in its new place at once. Orders keep the spaces and days that were bought.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    check_place(latitude, longitude)
    rules.check_pin_moves(merchant, latitude, longitude)
    was, before = vat.standing_place(merchant), rules.pin_of(merchant)
    merchant.latitude, merchant.longitude = latitude, longitude
    merchant.proposed = rules.without_pin(merchant.proposed)
    vat.place_establishment(merchant, was, at=at)
    merchant.full_clean(exclude={"proposed", "siren"})
    merchant.save()
    changes = [("pin", before, rules.pin_of(merchant))]
    record_corrections(merchant=merchant, changes=changes, reason=reason, by=by, at=at)
    return merchant


@transaction.atomic
def correct_merchant(
    *, merchant_id: int, columns: Mapping[str, str], reason: str, by: User, at: dt.datetime
) -> Merchant:
    """Correct the page or the invoice data of a shop for an operator; its merchant is mailed.

    Papers issued earlier keep what they say. A change that waits for its review is dropped where
    the same column is corrected.
    """
    merchant = Merchant.objects.select_for_update().get(pk=merchant_id)
    changes = corrections.corrected(merchant, columns)
    for column, _before, after in changes:
        setattr(merchant, column, after)
        merchant.proposed.pop(column, None)
    described = corrections.description_of(merchant)
    rules.check_business(described)
    rules.check_seat(described)
    advertising.check_page_words(merchant.name, field="name")
    advertising.check_page_words(merchant.description)
    if merchant.state in rules.IDENTIFIED:
        own = identity.identity_of(merchant)
        taken = queries.shop_with_identity(own, but=merchant.pk)
        merchant.identity = rules.check_identity_is_free(own, taken=taken)
    merchant.full_clean(exclude={"proposed"} if merchant.siren else {"proposed", "siren"})
    merchant.save()
    record_corrections(merchant=merchant, changes=changes, reason=reason, by=by, at=at)
    return merchant


@transaction.atomic
def record_corrections(
    *,
    merchant: Merchant,
    changes: Iterable[tuple[str, str, str]],
    reason: str,
    by: User,
    at: dt.datetime,
) -> None:
    """Record the corrected columns; the first row carries the mail about all of them.

    Called by the corrections of operators.
    """
    rows = [
        Correction(
            merchant=merchant,
            column=column,
            before=before,
            after=after,
            reason=reason,
            by_name=by.display_name,
            at=at,
            mailed_at=at if number else None,
        )
        for number, (column, before, after) in enumerate(changes)
    ]
    for row in rows:
        row.full_clean()
        row.save()
    after_commit(tasks.mail_correction, rows[0].pk)
    hooks.merchant_changed.ask(merchant.pk, at)
