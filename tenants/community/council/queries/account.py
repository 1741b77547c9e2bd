"""Each council of the space with its terms and the status of its account."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.councils.queries.forecast import ToBank, to_bank
from billing.councils.queries.own import CouncilStanding, changes_here, councils_here, terms_here
from billing.councils.queries.terms import TermsRow
from billing.councils.rules.self_billing import has_old_mandate
from billing.ledger.queries import seller as sellers
from billing.models import AccountChange, Council, OwnAccountChange, OwnPayout
from billing.stripe.queries import calls
from billing.stripe.queries.calls import CallPage
from billing.wording import onward, requirements
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.values import legal
from tenants.community.council.wording import account as wording
from tenants.community.council.wording.account import Situation, situation_of
from tenants.spaces import hosts

GOING_ON = (AccountChange.State.ASKED, AccountChange.State.CONFIRMED)


class CouncilDesk(NamedTuple):
    """A council, the versions of its terms, and the situation of its account."""

    council: CouncilStanding
    terms: list[TermsRow]
    account: Situation

    @property
    def offered(self) -> TermsRow | None:
        """The terms that wait for a signature."""
        return next((terms for terms in self.terms if terms.is_offered), None)

    @property
    def waits_for_first_answer(self) -> bool:
        """Whether no terms were ever accepted, so that nothing can leave."""
        return not any(terms.accepted_at for terms in self.terms)

    @property
    def in_force(self) -> TermsRow | None:
        """The terms that sales are counted under now."""
        return next((terms for terms in self.terms if terms.is_in_force), None)


class MandateText(NamedTuple):
    """The newest text of the mandate for self-billing, and whether it replaces an accepted text."""

    version: int
    url: str
    is_newer: bool


class ToDo(NamedTuple):
    """Something that only the treasurer can do."""

    text: str
    action: str
    url_name: str


def desks(*, at: dt.datetime, user: User | None = None) -> list[CouncilDesk]:
    """Return the councils of this space, each with its terms and its account.

    The council that represents `user` is marked as their own.
    """
    versions = terms_here(at=at)
    return [
        CouncilDesk(council, versions.get(council.reference, []), situation_of(council))
        for council in councils_here(user)
    ]


def desk_of(reference: str, *, at: dt.datetime) -> CouncilDesk | None:
    """Return a council of this space, if it exists."""
    return next((desk for desk in desks(at=at) if desk.council.reference == reference), None)


def changes_going_on() -> dict[str, OwnAccountChange]:
    """Return the replacements that are not over, by council."""
    going_on = (change for change in changes_here() if change.state in GOING_ON)
    return {change.council_reference: change for change in going_on}


def past_changes() -> dict[str, list[tuple[OwnAccountChange, str]]]:
    """Return finished account replacements by council, newest first, each with its next step."""
    past: dict[str, list[tuple[OwnAccountChange, str]]] = {}
    for change in changes_here():
        if change.state not in GOING_ON:
            outlook = onward.of_change(
                change.state, asked_at=change.asked_at, confirmed_at=change.confirmed_at
            )
            past.setdefault(change.council_reference, []).append((change, outlook))
    return past


def requirements_of(change: OwnAccountChange | None) -> list[str]:
    """Return Stripe's requirements for the replacement account."""
    return requirements.in_words(change.new_account_requirements) if change else []


def seller() -> dict[str, str]:
    """Return the seller's details for printed documents."""
    return sellers.seller()


def refused_payouts(found: Iterable[CouncilDesk]) -> dict[str, ToBank]:
    """Return each council's last payout if its bank refused it, by council."""
    named = [desk.council.refused_payout for desk in found if desk.council.refused_payout]
    if not named:
        return {}
    refused = OwnPayout.objects.filter(stripe_id__in=named)
    return {one.council_reference: to_bank(one) for one in refused}


def accounts_being_opened(*, at: dt.datetime) -> dict[str, CallPage]:
    """Return the status of the pending call that opens an account, by council."""
    here = schema.current()
    with schema.in_public():
        return calls.accounts_being_opened(here, at=at)


def new_accounts_being_opened(*, at: dt.datetime) -> dict[str, CallPage]:
    """Return the status of the pending call that opens a replacement account, by council."""
    here = schema.current()
    with schema.in_public():
        return calls.new_accounts_being_opened(here, at=at)


def standing_of(opening: Mapping[str, CallPage], desks: Iterable[CouncilDesk]) -> str:
    """Return the states of the pending calls of some councils, as a short key for the page."""
    shown = (opening.get(desk.council.reference) for desk in desks)
    return " ".join(call.standing for call in shown if call and call.is_under_way)


def what_comes_first(desk: CouncilDesk | None) -> str:
    """Return the first condition that a council must meet before it can receive money, if any."""
    if desk is None:
        return ""
    return wording.what_comes_first(
        desk.council.account_state,
        waits_for_terms=desk.waits_for_first_answer,
        is_confirmed=desk.council.is_confirmed,
    )


def to_do(found: Iterable[CouncilDesk]) -> list[ToDo]:
    """Return the pending tasks of the treasurer."""
    return [todo for desk in found for todo in _minutes_of(desk) or _to_do_of(desk)]


def _minutes_of(desk: CouncilDesk) -> list[ToDo]:
    """Return that the minutes of the election come first, if they do."""
    if desk.council.is_confirmed:
        return []
    text = wording.minutes_wait(desk.council.name)
    return [ToDo(text, _("Déposer le procès-verbal"), "council:mandate")]


def _to_do_of(desk: CouncilDesk) -> list[ToDo]:
    name, waited = desk.council.name, []
    if desk.council.refused_payout:
        text = wording.bank_refused(name)
        waited.append(ToDo(text, _("Voir ce qu’il faut faire"), "council:account"))
    if desk.offered:
        text = wording.terms_wait(name)
        waited.append(ToDo(text, _("Lire et accepter"), "council:terms"))
    if desk.council.may_open_account:
        text = wording.share_waits_for_account(name)
        waited.append(ToDo(text, _("Ouvrir le compte"), "council:account"))
    elif desk.account.tone == "bad":
        text = wording.account_is_blocked(name, desk.account)
        waited.append(ToDo(text, _("Voir ce qu’il faut faire"), "council:account"))
    elif desk.account.tone != "ok" and desk.council.may_be_completed:
        text = wording.to_complete(desk.council)
        waited.append(ToDo(text, _("Compléter le compte"), "council:account"))
    return waited


def mandate_text(council: Council) -> MandateText:
    """Return the text of the mandate that a council is asked to accept."""
    return MandateText(
        version=legal.current(legal.SELF_BILLING).version,
        url=hosts.public_url(f"/legal/{legal.SELF_BILLING}/"),
        is_newer=has_old_mandate(council),
    )
