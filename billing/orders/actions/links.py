"""Links to pages of Stripe's, created for a person and valid for minutes."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.councils.settlement.own_councils import lock_own
from billing.models import Council, StripeCall
from billing.models.states import OPEN_CALLS
from billing.orders.settlement import sessions
from billing.stripe import tasks
from billing.stripe.calls.prepare import prepare
from billing.stripe.queries.due import open_call_of
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.merchants.queries.team import runs
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import FIRST, after_commit
from tenants.spaces.actors import SpaceActor


@transaction.atomic
def ask_for_portal(
    *,
    merchant: Merchant,
    return_url: str,
    by: User,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> StripeCall:
    """Request a portal session for changing a merchant's payment method; idempotent.

    Raises Refused if the merchant has paid nothing yet, NotAllowed for another merchant's shop.
    """
    if not runs(merchant.pk, by):
        raise NotAllowed(_("Cette page est à un autre commerçant."))
    customer = sessions.lock_merchant(merchant.pk).stripe_customer
    if not customer:
        raise Refused(_("Vous n’avez encore rien payé\u00a0: il n’y a rien à changer."))
    words = {"customer": customer, "return_url": return_url, "locale": by.language}
    return _ask(StripeCall.Kind.PORTAL, merchant.pk, words, target=customer)


@transaction.atomic
def ask_for_onboarding(
    *,
    council: Council,
    account: str,
    return_url: str,
    refresh_url: str,
    by: SpaceActor,
    at: dt.datetime,  # noqa: ARG001 - each action says when
) -> StripeCall:
    """Have Stripe make a page where a council completes an account; asking twice is asking once.

    Raises Refused while a page for another account of the council is being made.
    """
    council = lock_own(council, by)
    words = {
        "account": account,
        "use_case": {
            "type": "account_onboarding",
            "account_onboarding": {
                "return_url": return_url,
                "refresh_url": refresh_url,
                "collection_options": {"fields": "eventually_due"},
            },
        },
    }
    return _ask(StripeCall.Kind.LINK, council.pk, words, target=account)


def _ask(
    kind: StripeCall.Kind, subject_id: int, words: dict[str, Any], *, target: str
) -> StripeCall:
    call = open_call_of(kind, subject_id)
    if call is None:
        call = prepare(kind, subject_id, words, target=target)
    elif call.target != target:
        raise Refused(
            _("Un lien vers un autre compte se prépare\u00a0: réessayez dans une minute.")
        )
    if call.state in OPEN_CALLS:
        after_commit(tasks.send_call, call.pk, priority=FIRST)
    return call
