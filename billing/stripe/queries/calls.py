"""States of calls to Stripe, as shown on the pages of their requesters."""

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
    """A call requested by a person: its progress, and the reason of a refusal.

    `url` is the link that it returned, for kinds that return a link.
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
    """Return the state of a call for its page."""
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
    """Return the cache key of the link that a call returned."""
    return f"stripe-link:{call}"


def requested_link(kind: str, subject_id: int, named: str, *, at: dt.datetime) -> CallPage | None:
    """Return the state of a requested link, by the id of its call.

    The id comes from the address and may be malformed. An expired link is not returned.
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
    """Return the calls that open an account, by council of a space without an account.

    A page calls this before it reads the councils: an account opened meanwhile is in its row by
    then.
    """
    without = Council.objects.filter(
        tenant__schema_name=schema_name, account_state=Council.AccountState.NONE
    )
    return _last_calls("account", dict(without.values_list("pk", "reference")), at=at)


def new_accounts_being_opened(schema_name: str, *, at: dt.datetime) -> dict[str, CallPage]:
    """Return the calls that open a replacement account, by council."""
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
