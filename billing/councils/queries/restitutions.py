"""Ledger sums that a dispute took from a council, or that an appeal restored."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Sum

from billing.councils.rules.mandates import mandate_day
from billing.models import (
    Account,
    Council,
    Dispute,
    LedgerEntry,
    Restitution,
    Sale,
    Share,
)

MOST = 500


def claimed_under(keys: Collection[str]) -> dict[str, int]:
    """Return the cents taken off shares under some business keys."""
    entries = LedgerEntry.objects.filter(
        account=Account.SHARE_COST, transaction__business_key__in=keys
    ).order_by()
    sums = entries.values_list("transaction__business_key").annotate(cents=Sum("amount_cents"))
    return {key: -cents for key, cents in sums}


def keys_of_claims(cause: str, share: Share) -> list[str]:
    """Return the business keys of deductions from a share for a cause."""
    places = (Account.SHARE_HELD, Account.SHARE_DUE, Account.SHARE_OWED)
    return [f"{cause}:{place.value}:{share.reference}" for place in places]


def taken_by_dispute(dispute: Dispute, share: Share) -> int:
    """Return the cents that a lost dispute took off a share."""
    keys = keys_of_claims(f"dispute:{dispute.uuid}", share)
    return sum(claimed_under(keys).values())


def restored_cents(sale: Sale) -> dict[int, int]:
    """Return the cents that each council keeps of a sale beside its share, after an appeal."""
    restored = Restitution.objects.filter(share__sale=sale).select_related("share")
    shares = {given.share.council_id: given.share for given in restored}
    costs = LedgerEntry.objects.filter(account=Account.SHARE_COST, sale=sale, council__in=shares)
    sums = costs.order_by().values_list("council").annotate(cents=Sum("amount_cents"))
    return {council_id: cents - shares[council_id].amount_cents for council_id, cents in sums}


def restitutions_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return restitutions not transferred yet, of councils that can receive them."""
    due = Restitution.objects.filter(
        state=Restitution.State.DUE,
        due_at__lte=at,
        share__council__account_state=Council.AccountState.ACTIVE,
        share__council__confirmed_until__gte=mandate_day(at),
    )
    if council_id is not None:
        due = due.filter(share__council=council_id)
    return list(due.values_list("pk", flat=True)[:MOST])
