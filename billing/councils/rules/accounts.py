"""Abilities of a council's account at Stripe, in our words."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from billing.councils.rules import mandates
from billing.models import AccountChange, Council
from saas.kernel.errors import Refused
from saas.kernel.values import vat_numbers

_NOTICE_STATES = {"active", "restricted", "rejected", "unsupported", "closed"}
_RUNNING = {"active", "restricted"}
# Before a deadline of Stripe's, the nearest first.
REMINDED_DAYS = (1, 7)
_TRIGGERS = {
    "active": "active",
    "pending": "onboarding",
    "restricted": "restricted",
    "rejected": "rejected",
    "unsupported": "unsupported",
}


def trigger_of(*, capability: str, applied: bool, closed: bool) -> str | None:
    """Return the transition that Stripe's status triggers, or null if it triggers no change."""
    if closed:
        return "closed"
    if capability == "active" and not applied:
        return "restricted"
    return _TRIGGERS.get(capability)


def needs_of(deadlines: Collection[str]) -> Council.Needs:
    """Return how urgently something is asked for."""
    if "past_due" in deadlines:
        return Council.Needs.PAST_DUE
    if "currently_due" in deadlines:
        return Council.Needs.CURRENTLY_DUE
    return Council.Needs.NOTHING


def may_receive(council: Council, *, at: dt.datetime) -> bool:
    """Return True if money can be transferred: the account is active, the election confirmed."""
    is_active = council.account_state == Council.AccountState.ACTIVE
    return is_active and mandates.is_confirmed(council, mandates.mandate_day(at))


def payouts_of(capability: str) -> Council.PayoutsState:
    """Return the state of payouts from the account to the bank."""
    known = set(Council.PayoutsState.values)
    return Council.PayoutsState(capability) if capability in known else Council.PayoutsState.NONE


def news_of(
    council: Council,
    *,
    state_before: str,
    payouts_before: str,
    needs_before: str,
    asks_more: bool,
    will_ask_more: bool = False,
) -> str | None:
    """Return the kind of notice to mail the council about a change of its account, if any.

    During onboarding the page shows Stripe's requirements; they are not mailed.
    """
    if council.account_state != state_before:
        return council.account_state if council.account_state in _NOTICE_STATES else None
    if council.account_state not in _RUNNING:
        return None
    needs = Council.Needs
    if council.account_needs == needs.PAST_DUE and needs_before != needs.PAST_DUE:
        return "past_due"
    active = Council.PayoutsState.ACTIVE
    if payouts_before == active and council.payouts_state != active:
        return "payouts_stopped"
    if council.account_needs != needs.NOTHING and asks_more:
        return "needs"
    return "coming" if will_ask_more else None


def reminder_of(deadline_at: dt.datetime, *, at: dt.datetime) -> int | None:
    """Return how many days before a deadline a reminder is due: a week or a day, else None."""
    left = deadline_at - at
    if left <= dt.timedelta(0):
        return None
    return next((days for days in REMINDED_DAYS if left <= dt.timedelta(days=days)), None)


def check_french_vat_number(number: str, *, siren: str) -> None:
    """Raise Refused if the VAT number does not follow from the council's SIREN."""
    if not vat_numbers.is_of_siren(number, siren):
        raise Refused(
            _("Ce numéro de TVA ne va pas avec le SIREN\u00a0: attendu %(expected)s.")
            % {"expected": vat_numbers.french_number(siren)},
            field="vat_number",
        )


def check_has_account(council: Council) -> None:
    """Raise Refused if the council has no account to replace.

    An ended council may replace its account: its earlier shares still have to reach it.
    """
    if not council.stripe_account:
        raise Refused(_("Ce CSE n’a pas encore de compte à remplacer."))


def check_may_confirm(change: AccountChange, reference: str) -> None:
    """Raise Refused if the requester of a replacement tries to confirm it."""
    if change.asked_by_reference == reference:
        raise Refused(
            _(
                "Une autre personne élue ou de la trésorerie confirme\u00a0: "
                "jamais celle qui demande."
            )
        )
