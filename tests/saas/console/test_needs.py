""" "Rien à traiter" is said only where nothing in any state waits for a person."""

import datetime as dt
from collections.abc import Callable

import pytest

from billing.models import (
    Council,
    Invoice,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    Share,
)
from billing.stripe import halts
from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.placements.models import Campaign
from saas.console.queries import needs as queries
from saas.monitoring import actions as monitoring
from saas.monitoring import queries as found
from tenants.spaces.models import SpaceOperation, Tenant
from tests.factories.billing import make_terms
from tests.factories.records import make_change
from tests.fixtures.billing import begins_with, paid
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT, SpaceClient
from tests.saas.console.conftest import failed_founding
from tests.tenants.community.council.reading import text_of

pytestmark = begins_with(paid)
DAY = dt.timedelta(days=1)


def share_that_waits(payment: Payment, at: dt.datetime) -> None:
    Share.objects.update(state="waiting_account", release_at=at)


def share_that_nobody_releases(payment: Payment, at: dt.datetime) -> None:
    Share.objects.update(state="held", release_at=at - DAY)


def terms_without_an_answer(payment: Payment, at: dt.datetime) -> None:
    make_terms(Council.objects.get(), rate_bp=4_100, version=2, accepted=False)


def council_without_an_account(payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_state="none", stripe_account="")


def account_that_is_restricted(payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_state="restricted", account_seen_at=at)


def account_that_cannot_pay_out(payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(payouts_state="restricted", account_seen_at=at)


def account_with_a_requirement(payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_needs="currently_due", account_seen_at=at)


def account_below_zero(payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_balance_cents=-1, account_balance_at=at)


def account_that_is_replaced(payment: Payment, at: dt.datetime) -> None:
    make_change(Council.objects.get().pk, at=at)


def payout_that_came_back(payment: Payment, at: dt.datetime) -> None:
    values = {"council": Council.objects.get(), "amount_cents": 1}
    Payout.objects.create(stripe_id="po_0", state="paid", made_at=at - DAY, **values)
    Payout.objects.create(stripe_id="po_1", state="failed", made_at=at, **values)


def our_own_payout_that_came_back(payment: Payment, at: dt.datetime) -> None:
    Payout.objects.create(stripe_id="po_1", state="failed", made_at=at, amount_cents=1)


def refund_that_wants_something(payment: Payment, at: dt.datetime) -> None:
    Refund.objects.create(payment=payment, amount_cents=1, state="requires_action", requested_at=at)


def refund_that_is_long_on_its_way(payment: Payment, at: dt.datetime) -> None:
    Refund.objects.create(
        payment=payment, amount_cents=1, state="pending", requested_at=at - 15 * DAY
    )


def debit_without_an_answer(payment: Payment, at: dt.datetime) -> None:
    Payment.objects.update(state="processing", opened_at=at - 16 * DAY)


def subscription_that_is_not_paid(payment: Payment, at: dt.datetime) -> None:
    campaign = Campaign.objects.select_related("merchant").get()
    make_subscription(campaign, at=at, state="past_due", stripe_id="sub_1")


def reconciliation_that_broke_off(payment: Payment, at: dt.datetime) -> None:
    Reconciliation.objects.create(
        first_day=at.date(), last_day=at.date(), state="failed", begun_at=at, failure="x"
    )


def invoice_that_did_not_leave(payment: Payment, at: dt.datetime) -> None:
    Invoice.objects.update(mailed_at=None, issued_at=at - dt.timedelta(hours=1))


def operation_that_failed(payment: Payment, at: dt.datetime) -> None:
    requested_operation(at, "failed")


def operation_that_nobody_does(payment: Payment, at: dt.datetime) -> None:
    requested_operation(at - DAY, "due")


def requested_operation(at: dt.datetime, state: str) -> None:
    SpaceOperation.objects.create(
        tenant=Tenant.objects.get(schema_name="north"),
        kind="archive",
        state=state,
        asked_by="M-1",
        asked_at=at,
    )


def space_that_was_not_built(payment: Payment, at: dt.datetime) -> None:
    failed_founding()


def refused_key(payment: Payment, at: dt.datetime) -> None:
    halts.halt("Invalid API Key", at=at)


def clock_that_stands_still(payment: Payment, at: dt.datetime) -> None:
    monitoring.record_beat(at=at - DAY)


def number_that_vies_never_confirmed(payment: Payment, at: dt.datetime) -> None:
    Merchant.objects.update(vat_number="DE136695976")
    for hours in (2, 1):
        VatCheck.objects.create(
            merchant=Merchant.objects.get(),
            number="DE136695976",
            answer="unreachable",
            failure="MS_UNAVAILABLE",
            asked_at=at - dt.timedelta(hours=hours),
        )


def campaign_of_a_closed_space(payment: Payment, at: dt.datetime) -> None:
    Tenant.objects.filter(schema_name="north").update(state="suspended", closed_at=at)
    # What another space gave back since is no answer to the days that this one owes.
    elsewhere = {"origin": "refused", "refused_in": Tenant.objects.get(schema_name="south")}
    Refund.objects.create(
        payment=payment, amount_cents=100, state="succeeded", requested_at=at, **elsewhere
    )


STATES: dict[Callable[[Payment, dt.datetime], None], tuple[str, str]] = {
    share_that_waits: ("1 part due à un CSE ne peut pas partir", "/transfers/"),
    share_that_nobody_releases: ("1 part due à un CSE ne peut pas partir", "/transfers/"),
    terms_without_an_answer: ("1 CSE sans conditions acceptées", "/councils/"),
    council_without_an_account: ("1 CSE sans compte actif", "/councils/"),
    account_that_is_restricted: ("1 CSE dont le compte est bloqué", "/councils/"),
    account_that_cannot_pay_out: ("1 CSE dont les virements sont bloqués", "/councils/"),
    account_with_a_requirement: ("1 CSE à qui Stripe demande une pièce", "/councils/"),
    account_below_zero: ("1 CSE dont le solde Stripe est négatif", "/councils/"),
    account_that_is_replaced: ("1 remplacement de compte en cours", "/councils/"),
    payout_that_came_back: ("1 virement refusé par une banque", "/payouts/"),
    our_own_payout_that_came_back: ("1 virement refusé par une banque", "/payouts/"),
    refund_that_wants_something: ("1 remboursement n’arrive pas", "/refunds/"),
    refund_that_is_long_on_its_way: ("1 remboursement n’arrive pas", "/refunds/"),
    debit_without_an_answer: ("1 prélèvement sans réponse de la banque", "/orders/"),
    subscription_that_is_not_paid: ("1 abonnement impayé", "/subscriptions/"),
    reconciliation_that_broke_off: ("1 rapprochement interrompu", "/reconciliation/"),
    number_that_vies_never_confirmed: (
        "1 numéro de TVA sans réponse de VIES",
        "/merchants/",
    ),
    invoice_that_did_not_leave: ("1 facture n’est pas partie", "/orders/"),
    operation_that_failed: ("1 opération sur un espace a échoué", "/spaces/"),
    operation_that_nobody_does: ("1 opération sur un espace n’avance pas", "/spaces/"),
    campaign_of_a_closed_space: ("1 campagne payée pour un espace fermé", "/spaces/"),
    space_that_was_not_built: ("1 espace dont la construction s’est arrêtée", "/jobs/"),
    refused_key: ("Stripe refuse notre clé : plus rien n’est envoyé.", "/jobs/"),
    clock_that_stands_still: ("L’horloge est arrêtée", "/troubles/"),
}


@pytest.fixture
def calm(console: SpaceClient, payment: Payment) -> SpaceClient:
    """A house where money went its way, and nothing waits for anybody."""
    Council.objects.update(account_state="active", stripe_account="acct_1")
    Invoice.objects.update(mailed_at=AT)
    Share.objects.update(state="transferred")
    return console


def test_house_where_nothing_waits_says_so(calm: SpaceClient) -> None:
    assert queries.needs(at=AT) == []
    assert "Rien à traiter" in text_of(calm, "/")


@pytest.mark.parametrize("begin", STATES, ids=lambda begin: begin.__name__)
def test_state_that_waits_for_a_person_leads_to_its_page(
    calm: SpaceClient, payment: Payment, begin: Callable[..., None]
) -> None:
    words, page = STATES[begin]
    begin(payment, AT)

    home = text_of(calm, "/")

    assert words in home
    assert "Rien à traiter" not in home
    assert f'href="{page}"' in calm.get("/").content.decode()
    assert calm.get(page).status_code == 200


@pytest.mark.parametrize(
    "begin",
    [
        terms_without_an_answer,
        council_without_an_account,
        account_that_cannot_pay_out,
        account_with_a_requirement,
    ],
    ids=lambda begin: begin.__name__,
)
def test_council_in_need_is_named_on_its_page(
    calm: SpaceClient, payment: Payment, begin: Callable[..., None]
) -> None:
    assert "CSE north" not in text_of(calm, "/councils/")
    begin(payment, AT)
    assert "CSE north" in text_of(calm, "/councils/")


def test_refund_that_waits_for_approval_is_not_nothing(calm: SpaceClient, payment: Payment) -> None:
    Refund.objects.create(payment=payment, amount_cents=1, requested_at=AT)
    assert "Rien à traiter" not in text_of(calm, "/")


def test_campaign_of_a_closed_space_waits_until_its_days_are_refunded(
    calm: SpaceClient, payment: Payment
) -> None:
    campaign_of_a_closed_space(payment, AT)
    Refund.objects.create(
        payment=payment, amount_cents=1, state="succeeded", requested_at=AT, accepted_at=AT
    )
    assert "espace fermé" not in text_of(calm, "/")


def test_troubles_are_listed_while_they_last_and_afterwards(calm: SpaceClient) -> None:
    assert "Aucune alerte en cours" in text_of(calm, "/troubles/")
    halts.halt("Invalid API Key", at=AT)
    monitoring.update_troubles(at=AT)

    page = text_of(calm, "/troubles/")
    assert "En cours Stripe refuse notre clé depuis le 25/11/2026" in page
    assert "Vérifiez STRIPE_SECRET_KEY" in page
    assert "Horloge en ordre" in page

    found.open_troubles().update(ended_at=AT)
    page = text_of(calm, "/troubles/")
    assert "Aucune alerte en cours" in page
    assert "Terminées Stripe refuse notre clé du 25/11/2026" in page
