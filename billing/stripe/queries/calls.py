"""States of calls to Stripe, as the pages of the people who asked for them show them."""

import datetime as dt
import uuid
from typing import NamedTuple

from billing.models import AccountChange, Council, StripeCall
from billing.stripe.queries.troubles import halt_now
from billing.stripe.rules import waiting
from billing.stripe.rules.waiting import Standing
from billing.wording import reasons
from saas.kernel import cache, schema


class CallPage(NamedTuple):
    """A call that somebody waits for: how far it is, and why Stripe refused it, if it did.

    `url` is the address that it brought, where it was asked for one.
    """

    uuid: uuid.UUID
    state: str
    standing: Standing
    why_words: str
    url: str = ""
    is_of_the_payer: bool = False  # refused for a reason that the merchant can mend

    @property
    def name(self) -> str:
        """Its name in an address."""
        return str(self.uuid)

    @property
    def is_under_way(self) -> bool:
        """Whether the page asks again by itself."""
        return self.standing in waiting.UNDER_WAY

    @property
    def poll_seconds(self) -> str:
        """How soon it asks again: a quick Stripe has answered by then."""
        return "0.3" if self.standing == Standing.MAKING else "2"


def call_page(call: StripeCall, *, at: dt.datetime) -> CallPage:
    """Return how a call stands."""
    standing = waiting.standing_of(
        kind=call.kind,
        state=call.state,
        failure=call.failure,
        status=call.http_status,
        waits_for=at - call.created_at,
        halted=call.state
        not in {StripeCall.State.DONE, StripeCall.State.FAILED, StripeCall.State.PARKED}
        and halt_now() is not None,
    )
    refused = standing == Standing.REFUSED
    code = waiting.code_of(call.failure) if refused else ""
    words = reasons.in_words(code, reasons.CALLS)
    mends = reasons.is_of_the_payer(code)
    return CallPage(call.uuid, call.state, standing, words, is_of_the_payer=mends)


def link_name(call: uuid.UUID) -> str:
    """Return under which name the store keeps the address that a call brought."""
    return f"stripe-link:{call}"


def requested_link(kind: str, subject_id: int, named: str, *, at: dt.datetime) -> CallPage | None:
    """Return how an address stands that somebody asked for, by the name of its call.

    The name comes from an address, whatever that says. An address that is too old is no more.
    """
    try:
        identifier = uuid.UUID(named)
    except ValueError:
        return None
    calls = StripeCall.objects.filter(kind=kind, subject_id=subject_id, uuid=identifier)
    call = calls.first()
    if call is None:
        return None
    shown = call_page(call, at=at)
    if shown.standing != Standing.DONE:
        return shown
    with schema.in_public():
        url = str(cache.stored_value(link_name(identifier), ""))
    return shown._replace(url=url) if url else shown._replace(standing=Standing.TOO_LATE)


def accounts_being_opened(schema_name: str, *, at: dt.datetime) -> dict[str, CallPage]:
    """Return how the call stands that opens an account, by council of a space without one.

    A page asks for it before it reads the councils: what opens meanwhile is there by then.
    """
    without = Council.objects.filter(
        tenant__schema_name=schema_name, account_state=Council.AccountState.NONE
    )
    return _last_calls("account", dict(without.values_list("pk", "reference")), at=at)


def new_accounts_being_opened(schema_name: str, *, at: dt.datetime) -> dict[str, CallPage]:
    """Return how the call stands that opens the account which is to take another's place."""
    waiting = AccountChange.objects.filter(
        council__tenant__schema_name=schema_name,
        state=AccountChange.State.CONFIRMED,
        new_account="",
    )
    return _last_calls("change", dict(waiting.values_list("pk", "council__reference")), at=at)


def _last_calls(kind: str, subjects: dict[int, str], *, at: dt.datetime) -> dict[str, CallPage]:
    """Return the last call about each of some subjects by its name, where it is not done."""
    if not subjects:
        return {}
    calls = StripeCall.objects.filter(kind=kind, subject_id__in=subjects).order_by("pk")
    last = {subjects[call.subject_id]: call for call in calls}
    return {
        name: call_page(call, at=at)
        for name, call in last.items()
        if call.state != StripeCall.State.DONE
    }
