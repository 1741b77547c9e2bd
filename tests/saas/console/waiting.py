"""States that require a person to act: the setup of each, with the sentence and page shown."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from billing.models import (
    AccountChange,
    Case,
    Claim,
    Council,
    Dispute,
    EInvoice,
    Invoice,
    ManualEntry,
    Payment,
    Payout,
    Reconciliation,
    Refund,
    Restitution,
    Sale,
    Share,
    StripeCall,
    TaxPayment,
)
from billing.stripe import halts
from saas.catalogue.merchants.models import JoinRequest, Merchant
from saas.catalogue.placements.models import Campaign
from saas.monitoring import actions as monitoring
from tenants.spaces.models import SpaceOperation, SpaceStanding, Tenant
from tests.factories.billing import answered, make_terms
from tests.factories.mandates import make_mandate
from tests.factories.records import (
    make_change,
    make_dispute,
    make_done_change,
    make_event,
    make_statement,
)
from tests.fixtures.months import make_subscription
from tests.fixtures.people import make_user
from tests.saas.console.conftest import failed_founding

DAY = dt.timedelta(days=1)
type Begin = Callable[[str, Payment, dt.datetime], object]


def share(state: str, _payment: Payment, at: dt.datetime) -> None:
    Share.objects.update(state=state, release_at=at - 2 * DAY)


def refund(state: str, payment: Payment, at: dt.datetime) -> None:
    """A refund that Stripe took two weeks ago and more."""
    then = dict.fromkeys(("requested_at", "accepted_at"), at - 15 * DAY)
    Refund.objects.create(payment=payment, amount_cents=1, state=state, **then)


def dispute(state: str, payment: Payment, at: dt.datetime) -> Dispute:
    about = {"sale": Sale.objects.earliest("pk"), "stripe_id": "dp_1", "amount_cents": 1}
    return make_dispute(payment, at=at, state=state, **about)


def claim(state: str, _payment: Payment, at: dt.datetime) -> None:
    owing = Share.objects.earliest("pk")
    Claim.objects.create(share=owing, amount_cents=1, state=state, due_at=at - 31 * DAY)


def restitution(state: str, payment: Payment, at: dt.datetime) -> None:
    restored = {"dispute": dispute("won", payment, at), "share": Share.objects.earliest("pk")}
    Restitution.objects.create(state=state, amount_cents=1, due_at=at - 2 * DAY, **restored)


def tax(state: str, _payment: Payment, at: dt.datetime) -> None:
    bill = make_statement(Council.objects.get().pk, at=at, rendered_at=at)
    dates = {"due_at": at - 2 * DAY, "write_off_asked_at": at if state == "owed" else None}
    TaxPayment.objects.create(statement=bill, amount_cents=1, state=state, **dates)


def call(state: str, _payment: Payment, at: dt.datetime) -> None:
    sent: dict[str, Any] = {"kind": "tax", "subject_id": 1, "params": {}, "key": "k"}
    StripeCall.objects.create(state=state, failure="no answer", created_at=at - DAY, **sent)


def event(state: str, _payment: Payment, at: dt.datetime) -> None:
    make_event("charge.refunded", state=state, received_at=at)


def case(state: str, _payment: Payment, at: dt.datetime) -> None:
    Case.objects.create(kind="missing", subject="ch_1", state=state, opened_at=at)


def manual_entry(state: str, _payment: Payment, at: dt.datetime) -> None:
    author = make_user("Ada")
    ManualEntry.objects.create(
        state=state, booked_for=at, reason="x", lines=[], proposed_by=author, proposed_at=at
    )


def einvoice(state: str, _payment: Payment, at: dt.datetime) -> None:
    kind = "supplier" if state == "received" else "invoice"
    EInvoice.objects.create(kind=kind, state=state, created_at=at)


def reconciliation(state: str, _payment: Payment, at: dt.datetime) -> None:
    days = dict.fromkeys(("first_day", "last_day"), at.date())
    failure = "x" if state == "failed" else ""
    Reconciliation.objects.create(state=state, begun_at=at - 2 * DAY, failure=failure, **days)


def payout(state: str, _payment: Payment, at: dt.datetime) -> None:
    of_council = {"council": Council.objects.get(), "amount_cents": 1}
    Payout.objects.create(stripe_id="po_0", state="paid", made_at=at - DAY, **of_council)
    Payout.objects.create(stripe_id="po_1", state=state, made_at=at, **of_council)


def debit(state: str, _payment: Payment, at: dt.datetime) -> None:
    Payment.objects.update(state=state, opened_at=at - 16 * DAY)


def subscription(state: str, _payment: Payment, at: dt.datetime) -> None:
    campaign = Campaign.objects.select_related("merchant").get()
    make_subscription(campaign, at=at, state=state, stripe_id="sub_1")


def account(state: str, _payment: Payment, at: dt.datetime) -> None:
    stripe_account = "" if state == "none" else "acct_1"
    Council.objects.update(account_state=state, stripe_account=stripe_account, account_seen_at=at)


def payouts(state: str, _payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(payouts_state=state, account_seen_at=at)


def change(state: str, _payment: Payment, at: dt.datetime) -> None:
    make = make_change if state == "asked" else make_done_change
    make(Council.objects.get().pk, at=at)
    AccountChange.objects.update(state=state, ended_at=None)


def mandate(state: str, _payment: Payment, _at: dt.datetime) -> None:
    make_mandate(Council.objects.select_related("tenant").get(), state=state)


def invoice(state: str, _payment: Payment, at: dt.datetime) -> None:
    Invoice.objects.update(state=state, mailed_at=None, issued_at=at - DAY)


def founding(state: str, _payment: Payment, at: dt.datetime) -> None:
    failed_founding(state=state, queued_at=at - DAY)


def standing(state: str, _payment: Payment, at: dt.datetime) -> None:
    dates = {"asked_at": at - DAY, "due_at": at + DAY}
    SpaceStanding.objects.filter(tenant__slug="north").update(state=state, **dates)


def operation(state: str, _payment: Payment, at: dt.datetime) -> None:
    north = Tenant.objects.get(schema_name="north")
    request = {"asked_by": "M-1", "asked_at": at - DAY}
    SpaceOperation.objects.create(tenant=north, kind="archive", state=state, **request)


def shop(state: str, _payment: Payment, at: dt.datetime) -> None:
    Merchant.objects.update(
        state=state, review_asked_at=at - DAY, review_due_at=at + DAY, seen_at=None
    )


def join(state: str, _payment: Payment, at: dt.datetime) -> None:
    merchant = Merchant.objects.get()
    JoinRequest.objects.create(
        merchant=merchant, person_id=merchant.owner_id, state=state, asked_at=at, due_at=at + DAY
    )


FIELDS: dict[Begin, str] = {
    shop: "merchants.Merchant.state",
    join: "merchants.JoinRequest.state",
    share: "billing.Share.state",
    refund: "billing.Refund.state",
    dispute: "billing.Dispute.state",
    claim: "billing.Claim.state",
    restitution: "billing.Restitution.state",
    tax: "billing.TaxPayment.state",
    call: "billing.StripeCall.state",
    event: "billing.StripeEvent.state",
    case: "billing.Case.state",
    manual_entry: "billing.ManualEntry.state",
    einvoice: "billing.EInvoice.state",
    reconciliation: "billing.Reconciliation.state",
    payout: "billing.Payout.state",
    debit: "billing.Payment.state",
    subscription: "billing.Subscription.state",
    invoice: "billing.Invoice.state",
    account: "billing.Council.account_state",
    payouts: "billing.Council.payouts_state",
    change: "billing.AccountChange.state",
    mandate: "billing.CouncilMandate.state",
    founding: "spaces.Founding.state",
    operation: "spaces.SpaceOperation.state",
    standing: "spaces.SpaceStanding.state",
}


class Waiting(NamedTuple):
    """A state that requires a person to act: its sentence on the first page and the page linked."""

    words: str
    page: str
    begin: Begin
    state: str


def each(words: str, page: str, begin: Begin, *states: str) -> list[Waiting]:
    return [Waiting(words, page, begin, state) for state in states]


LOST = "1 CSE dont Stripe ne tient plus le compte"
NO_ANSWER = "1 banque attend une réponse"
WAITING = [
    *each("1 part due à un CSE ne peut pas partir", "/transfers/", share, "held", "releasable"),
    *each("1 part due à un CSE ne peut pas partir", "/transfers/", share, "waiting_account"),
    *each("1 remboursement à approuver", "/", refund, "requested"),
    *each("1 remboursement n’arrive pas", "/refunds/", refund, "pending", "requires_action"),
    *each("1 remboursement revenu, à payer", "/refunds/", refund, "failed", "canceled"),
    *each(NO_ANSWER, "/disputes/", dispute, "warning_needs_response", "needs_response"),
    *each(NO_ANSWER, "/disputes/", dispute, "appeal_needs_response"),
    *each("1 litige perdu à régler", "/disputes/", dispute, "lost"),
    *each("1 reprise due par un CSE depuis un mois", "/transfers/", claim, "owed"),
    *each("1 restitution ne peut pas partir", "/transfers/", restitution, "due"),
    *each("1 TVA due à un CSE ne peut pas partir", "/transfers/", tax, "due"),
    *each("1 abandon de TVA à approuver", "/transfers/", tax, "owed"),
    *each("1 appel à Stripe n’aboutit pas", "/jobs/", call, "pending", "in_flight", "unknown"),
    *each("1 appel à Stripe à examiner", "/jobs/", call, "parked"),
    *each("1 événement de Stripe à examiner", "/jobs/", event, "parked"),
    *each("1 écart entre Stripe et nos livres", "/reconciliation/", case, "open"),
    *each("1 écriture à valider", "/accounting/entries/", manual_entry, "proposed"),
    *each("1 facture électronique rejetée", "/accounting/einvoices/", einvoice, "rejected"),
    *each("1 facture électronique rejetée", "/accounting/einvoices/", einvoice, "refused"),
    *each("1 facture électronique rejetée", "/accounting/einvoices/", einvoice, "disputed"),
    *each("1 facture de fournisseur", "/accounting/einvoices/", einvoice, "received"),
    *each("1 rapprochement interrompu", "/reconciliation/", reconciliation, "running", "failed"),
    *each("1 virement refusé par une banque", "/payouts/", payout, "failed"),
    *each("1 prélèvement sans réponse de la banque", "/orders/", debit, "processing"),
    *each("1 abonnement impayé", "/subscriptions/", subscription, "past_due"),
    *each("1 facture n’est pas partie", "/orders/", invoice, "issued", "rendered"),
    *each("1 CSE sans compte actif", "/councils/", account, "none", "created", "onboarding"),
    *each("1 CSE dont le compte est bloqué", "/councils/", account, "restricted"),
    *each(LOST, "/councils/", account, "rejected", "unsupported", "closed"),
    *each("1 CSE dont les virements sont bloqués", "/councils/", payouts, "restricted"),
    *each("1 CSE dont les virements sont bloqués", "/councils/", payouts, "unsupported"),
    *each("1 CSE dont les virements sont bloqués", "/councils/", payouts, "rejected"),
    *each("1 remplacement de compte en cours", "/councils/", change, "asked", "confirmed"),
    *each("1 CSE attend que son élection", "/queues/councils/", mandate, "waiting"),
    *each("1 commerce attend d’être vu", "/queues/shops/", shop, "waiting"),
    *each("1 demande de rejoindre une boutique", "/queues/joins/", join, "waiting"),
    *each("1 espace à vérifier", "/queues/spaces/", standing, "asked"),
    *each("1 espace attend d’être construit", "/jobs/", founding, "queued", "building"),
    *each("1 espace dont la construction s’est arrêtée", "/jobs/", founding, "failed"),
    *each("1 opération sur un espace n’avance pas", "/spaces/", operation, "due", "running"),
    *each("1 opération sur un espace a échoué", "/spaces/", operation, "failed"),
]


def terms_without_an_answer(_state: str, _payment: Payment, _at: dt.datetime) -> None:
    make_terms(Council.objects.get(), rate_bp=4_100, version=2, accepted=False)


def account_with_a_requirement(_state: str, _payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_needs="currently_due", account_seen_at=at)


def account_below_zero(_state: str, _payment: Payment, at: dt.datetime) -> None:
    Council.objects.update(account_balance_cents=-1, account_balance_at=at)


def our_own_payout_that_came_back(_state: str, _payment: Payment, at: dt.datetime) -> None:
    Payout.objects.create(stripe_id="po_1", state="failed", made_at=at, amount_cents=1)


def refused_key(_state: str, _payment: Payment, at: dt.datetime) -> None:
    halts.halt("Invalid API Key", at=at)


def clock_that_stands_still(_state: str, _payment: Payment, at: dt.datetime) -> None:
    monitoring.record_beat(at=at - DAY)


def number_that_vies_never_confirmed(_state: str, _payment: Payment, at: dt.datetime) -> None:
    Merchant.objects.update(vat_number="DE136695976")
    for hours in (2, 1):
        answered(Merchant.objects.get(), "unreachable", at=at - dt.timedelta(hours=hours))


def campaign_of_a_closed_space(_state: str, payment: Payment, at: dt.datetime) -> None:
    Tenant.objects.filter(schema_name="north").update(state="suspended", closed_at=at)
    # A later refund by another space does not settle the days that this space owes.
    elsewhere = {"origin": "refused", "refused_in": Tenant.objects.get(schema_name="south")}
    done = {"state": "succeeded", "requested_at": at}
    Refund.objects.create(payment=payment, amount_cents=100, **done, **elsewhere)


WAITING_BESIDE_ALL_STATES = [
    Waiting("1 CSE sans conditions acceptées", "/councils/", terms_without_an_answer, ""),
    Waiting("1 CSE à qui Stripe demande une pièce", "/councils/", account_with_a_requirement, ""),
    Waiting("1 CSE dont le solde Stripe est négatif", "/councils/", account_below_zero, ""),
    Waiting("1 virement refusé par une banque", "/payouts/", our_own_payout_that_came_back, ""),
    Waiting("Stripe refuse notre clé : plus rien n’est envoyé.", "/jobs/", refused_key, ""),
    Waiting("L’horloge est arrêtée", "/troubles/", clock_that_stands_still, ""),
    Waiting("1 numéro de TVA sans réponse", "/merchants/", number_that_vies_never_confirmed, ""),
    Waiting("1 campagne payée pour un espace fermé", "/spaces/", campaign_of_a_closed_space, ""),
]
