"""Sums in the books because of disputes, and the disputes that still move."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q, QuerySet, Sum

from billing.models import (
    Account,
    Dispute,
    Invoice,
    LedgerEntry,
    LedgerTransaction,
    Restitution,
    Sale,
    Share,
)

MOST = 500
# The states of which whoever is touched gets a letter.
TOLD = ("needs_response", "won", "lost", "prevented")
OVER = ("won", "lost", "prevented", "warning_closed")
_APPEALED_FOR = dt.timedelta(days=120)


def is_posted(key: str) -> bool:
    """Say whether something stands in the books."""
    return LedgerTransaction.objects.filter(business_key=key).exists()


def claimed_under(keys: Collection[str]) -> dict[str, int]:
    """Return what was taken off shares under some keys of the books."""
    entries = LedgerEntry.objects.filter(
        account=Account.SHARE_COST, transaction__business_key__in=keys
    ).order_by()
    sums = entries.values_list("transaction__business_key").annotate(cents=Sum("amount_cents"))
    return {key: -cents for key, cents in sums}


def keys_of_claims(cause: str, share: Share) -> list[str]:
    """Return under which keys of the books something can be taken off a share for a cause."""
    places = (Account.SHARE_HELD, Account.SHARE_DUE, Account.SHARE_OWED)
    return [f"{cause}:{place.value}:{share.reference}" for place in places]


def taken_by_dispute(dispute: Dispute, share: Share) -> int:
    """Return what a lost dispute took off a share."""
    keys = keys_of_claims(f"dispute:{dispute.uuid}", share)
    return sum(claimed_under(keys).values())


def restored_cents(sale: Sale) -> dict[int, int]:
    """Return what each council keeps of a sale beside its share: an appeal gave it back."""
    restored = Restitution.objects.filter(share__sale=sale).select_related("share")
    shares = {given.share.council_id: given.share for given in restored}
    costs = LedgerEntry.objects.filter(account=Account.SHARE_COST, sale=sale, council__in=shares)
    sums = costs.order_by().values_list("council").annotate(cents=Sum("amount_cents"))
    return {council_id: cents - shares[council_id].amount_cents for council_id, cents in sums}


def credited_cents(sale: Sale) -> int:
    """Return what credit notes have taken back of a sale's invoice."""
    notes = Invoice.objects.filter(sale=sale, kind=Invoice.Kind.CREDIT_NOTE)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def credited_under(dispute: Dispute) -> int:
    """Return what the credit note of a lost dispute took back of the sale's invoice."""
    notes = Invoice.objects.filter(dispute=dispute)
    return int(notes.aggregate(cents=Sum("gross_cents", default=0))["cents"])


def contested_cents(sale: Sale) -> int:
    """Return what banks have taken back of a sale and not given back: it cannot be refunded."""
    taken = Dispute.objects.filter(sale=sale, withdrawn_at__isnull=False, returned_at=None)
    return int(taken.aggregate(cents=Sum("amount_cents", default=0))["cents"])


def restitutions_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return what an appeal gave back and has not left, of councils that can receive it."""
    due = Restitution.objects.filter(
        state="due", due_at__lte=at, share__council__account_state="active"
    )
    if council_id is not None:
        due = due.filter(share__council=council_id)
    return list(due.values_list("pk", flat=True)[:MOST])


def disputes_to_tell() -> QuerySet[Dispute]:
    """Return disputes of whose state nobody has been told."""
    return Dispute.objects.filter(state__in=TOLD, mailed_at=None, sale__isnull=False)


def disputes_to_watch(*, at: dt.datetime) -> list[int]:
    """Return disputes that may still change: an appeal can follow a loss for some months."""
    may_be_appealed = Q(state="lost", closed_at__gte=at - _APPEALED_FOR)
    watched = Dispute.objects.filter(~Q(state__in=OVER) | may_be_appealed)
    return list(watched.values_list("pk", flat=True))
