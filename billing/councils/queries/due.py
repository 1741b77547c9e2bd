"""Shares to release, accounts to watch and claims to ask for again."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Now

from billing.councils.queries.terms import unaccepted
from billing.councils.rules.mandates import mandate_day
from billing.models import (
    AccountChange,
    Claim,
    Council,
    Share,
    StripeCall,
    Transfer,
)
from billing.models.states import CALLS_UNDER_WAY
from billing.stripe.queries.due import MOST

_OWED_FOR = dt.timedelta(days=30)
_MAILED_WITHIN = dt.timedelta(hours=1)


def shares_to_release(*, at: dt.datetime, council_id: int | None = None) -> list[int]:
    """Return shares with an expired hold, and waiting shares with a council that may receive them.

    Shares that still have to wait are left out: many such rows would delay all later rows.
    """
    unsigned = Exists(unaccepted(sale=OuterRef("sale"), council=OuterRef("council")))
    waits = Q(
        ~unsigned,
        state=Share.State.WAITING_ACCOUNT,
        council__account_state=Council.AccountState.ACTIVE,
        council__confirmed_until__gte=mandate_day(at),
    )
    due = Share.objects.filter(
        Q(state=Share.State.HELD, release_at__lte=at) | Q(state=Share.State.RELEASABLE) | waits
    )
    # The charge of a month joins its group before any transfer of it leaves.
    joining = StripeCall.objects.filter(kind="group").exclude(state=StripeCall.State.DONE)
    due = due.exclude(sale__payment__in=joining.values("subject_id"))
    if council_id is not None:
        due = due.filter(council_id=council_id)
    return list(due.order_by("pk").values_list("pk", flat=True)[:MOST])


def councils_with_deadlines(*, since: dt.datetime, until: dt.datetime) -> list[int]:
    """Return councils whose account Stripe asks for something with a deadline in a time."""
    found = Council.objects.filter(
        account_deadline_at__gt=since, account_deadline_at__lte=until, ended_at=None
    ).exclude(account_needs=Council.Needs.NOTHING)
    return list(found.order_by("pk").values_list("pk", flat=True))


def transfers_to_mail() -> QuerySet[Transfer]:
    """Return transfers that their council has not been told of."""
    return Transfer.objects.filter(state=Transfer.State.DONE, mailed_at=None)


def councils_to_mail() -> QuerySet[Council]:
    """Return councils with a mail to send about arrived transfers: a single mail for all of them.

    The mail waits for transfers on their way, for an hour at most.
    """
    arrived = transfers_to_mail()
    late = arrived.filter(done_at__lt=Now() - _MAILED_WITHIN)
    on_their_way = Transfer.objects.filter(
        share__council=OuterRef("pk"),
        state__in=[Transfer.State.PENDING, Transfer.State.IN_FLIGHT],
    )
    hung = Q(pk__in=late.values("share__council"))
    return Council.objects.filter(
        hung | ~Exists(on_their_way), pk__in=arrived.values("share__council")
    )


def councils_to_watch() -> list[int]:
    """Return councils with an account that may still change."""
    replaced = Q(account_changes__state=AccountChange.State.CONFIRMED)
    watched = Council.objects.filter(~Q(account_state=Council.AccountState.CLOSED) | replaced)
    watched = watched.exclude(stripe_account="").distinct()
    return list(watched.order_by("pk").values_list("pk", flat=True))


def owed_claims(*, at: dt.datetime) -> list[tuple[int, str, int]]:
    """Return councils' debts by transfer: the claim, the account that received it, and the cents.

    The account is that of the transfer: it may have been replaced since.
    """
    calls = StripeCall.objects.filter(
        kind="transfer", state=StripeCall.State.DONE, subject_id=OuterRef("transfer_id")
    )
    owed = Claim.objects.filter(
        state=Claim.State.OWED, transfer__isnull=False, due_at__gte=at - _OWED_FOR
    ).annotate(
        left=F("amount_cents") - F("settled_cents"),
        account=Subquery(calls.values_list(KT("params__destination"))[:1]),
    )
    may_pay = Q(
        share__council__account_state__in=[
            Council.AccountState.ACTIVE,
            Council.AccountState.RESTRICTED,
        ]
    )
    elsewhere = ~Q(account=F("share__council__stripe_account"))
    found = owed.filter(may_pay | elsewhere, account__isnull=False).order_by("pk")
    return list(found.values_list("pk", "account", "left"))


def claims_left_due() -> list[int]:
    """Return claims refused by Stripe, with a transfer not checked since."""
    calls_under_way = StripeCall.objects.filter(kind="reversal", state__in=CALLS_UNDER_WAY)
    left = Claim.objects.filter(state=Claim.State.DUE, transfer__state=Transfer.State.DONE).exclude(
        pk__in=calls_under_way.values("subject_id")
    )
    return list(left.order_by("pk").values_list("pk", flat=True)[:MOST])
