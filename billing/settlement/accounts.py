"""How a council's account stands at Stripe."""

import datetime as dt

from django.db import transaction

from billing.gateway import reads
from billing.gateway import values as stripe
from billing.models import Council, StripeIntent
from billing.rules import accounts as rules
from billing.settlement.moves import STRIPE, move


def opened(intent: StripeIntent, said: stripe.Account, at: dt.datetime) -> None:
    """Keep the account that was opened for a council."""
    council = Council.objects.select_for_update().get(pk=intent.subject_id)
    if council.stripe_account:
        return
    council.stripe_account = said.id
    council.contact_email = intent.params["contact_email"]
    move("council", council, "created", by=STRIPE, at=at, also=["stripe_account", "contact_email"])
    _follow(council, said, at)


def converge(council_id: int, *, at: dt.datetime) -> None:
    """Fetch a council's account again, and bring our row to what it says."""
    account = Council.objects.values_list("stripe_account", flat=True).get(pk=council_id)
    if account:
        _tell(council_id, reads.account(account), at)


@transaction.atomic
def _tell(council_id: int, said: stripe.Account, at: dt.datetime) -> None:
    _follow(Council.objects.select_for_update().get(pk=council_id), said, at)


def _follow(council: Council, said: stripe.Account, at: dt.datetime) -> None:
    council.payouts_state = rules.payouts_of(said.payouts)
    council.account_needs = rules.needs_of(said.deadlines)
    council.save(update_fields=["payouts_state", "account_needs"])
    trigger = rules.trigger_of(capability=said.capability, applied=said.applied, closed=said.closed)
    if trigger is not None:
        move("council", council, trigger, by=STRIPE, at=at)
