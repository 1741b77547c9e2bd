"""Replacements of councils' accounts, and which accounts are left over by them."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from billing.models import AccountChange, Claim, Council, CouncilNotice, StripeCall
from billing.models.states import CALLS_UNDER_WAY
from billing.stripe.queries.due import MOST

_TRIED_AGAIN_AFTER = dt.timedelta(hours=20)
_SENDING = ("transfer", "giveback", "tax")
_OWED = (Claim.State.DUE, Claim.State.SENDING, Claim.State.OWED)


def notices_to_mail() -> QuerySet[CouncilNotice]:
    """Return notices not mailed to their councils yet."""
    return CouncilNotice.objects.filter(mailed_at=None)


def open_change_of(council_id: int) -> AccountChange | None:
    """Return the open replacement of a council's account."""
    going_on = [AccountChange.State.ASKED, AccountChange.State.CONFIRMED]
    return AccountChange.objects.filter(council=council_id, state__in=going_on).first()


def changes_that_lapsed(*, at: dt.datetime) -> list[int]:
    """Return replacements left unattended for thirty days."""
    old = Q(state=AccountChange.State.ASKED, asked_at__lte=at - AccountChange.LASTS)
    old |= Q(state=AccountChange.State.CONFIRMED, confirmed_at__lte=at - AccountChange.LASTS)
    return list(
        AccountChange.objects.filter(old).order_by("pk").values_list("pk", flat=True)[:MOST]
    )


def changes_with_a_spare_account(*, at: dt.datetime) -> list[int]:
    """Return replacements that are over and left an account, but those tried a while ago."""
    tried = StripeCall.objects.filter(
        kind="close", subject_id=OuterRef("pk"), created_at__gte=at - _TRIED_AGAIN_AFTER
    )
    over = Q(state=AccountChange.State.DONE) | Q(state=AccountChange.State.CANCELLED) & ~Q(
        new_account=""
    )
    left = AccountChange.objects.filter(over, ~Exists(tried), spare_closed_at=None)
    return list(left.order_by("pk").values_list("pk", flat=True)[:MOST])


def council_of_account(account: str) -> int | None:
    """Return the council with this account now, soon, or until it was replaced."""
    own = Q(stripe_account=account)
    soon = Q(
        account_changes__new_account=account, account_changes__state=AccountChange.State.CONFIRMED
    )
    before = Q(
        account_changes__old_account=account, account_changes__state=AccountChange.State.DONE
    )
    if not account:
        return None
    return Council.objects.filter(own | soon | before).values_list("pk", flat=True).first()


def accounts_of(council_id: int) -> list[str]:
    """Return a council's account, and behind it those it had before that are not closed yet."""
    own = Council.objects.values_list("stripe_account", flat=True).get(pk=council_id)
    replaced = AccountChange.objects.filter(
        council=council_id, state=AccountChange.State.DONE, spare_closed_at=None
    ).order_by("-pk")
    return [own, *replaced.values_list("old_account", flat=True)] if own else []


def had_another_account(council_id: int) -> bool:
    """Return True if a council's account was replaced by another account."""
    return AccountChange.objects.filter(council=council_id, state=AccountChange.State.DONE).exists()


def is_still_needed(council: Council, account: str) -> bool:
    """Return True if money is on its way to an account, or is owed back from it."""
    calls = StripeCall.objects.filter(kind__in=_SENDING, params__destination=account)
    if calls.filter(state__in=CALLS_UNDER_WAY).exists():
        return True
    sent = calls.filter(kind="transfer", state=StripeCall.State.DONE).values("subject_id")
    owed = Claim.objects.filter(share__council=council, transfer__in=sent, state__in=_OWED)
    return owed.exists()
