"""Shops, councils and campaigns to be paid, in public."""

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from billing.models import Council, Payment, Sale, Share, ShareTerms, Transfer
from billing.orders.actions.checkout import open_checkout
from billing.orders.settlement import payments
from billing.stripe.gateway.values import BalanceTransaction, Charge, PaymentIntent, Session
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant, VatCheck
from saas.catalogue.placements.models import Campaign, Flight
from saas.catalogue.placements.queries import prices as placements
from tenants.spaces.models import Company, Tenant

LONG_AGO = dt.datetime(2026, 1, 5, 8, tzinfo=dt.UTC)
CONFIRMED_UNTIL = dt.date(2099, 12, 31)
TREASURER = "M-DELPHI"
_numbers = itertools.count(1)


def make_merchant_user(first_name: str = "Odile") -> User:
    user = User(
        email=f"{first_name.lower()}{next(_numbers)}@cazal.example",
        first_name=first_name,
        last_name="Cazal",
        created_at=LONG_AGO,
    )
    user.set_password("un-mot-de-passe-d-essai")
    user.save()
    return user


def make_shop(owner: User | None = None, name: str = "Maison Cazal") -> Merchant:
    owner = owner or make_merchant_user()
    return Merchant.objects.create(
        owner=owner,
        slug=f"maison-cazal-{next(_numbers)}",
        name=name,
        category="bakery",
        state=Merchant.State.PUBLISHED,
        published_at=LONG_AGO,
        trusted_at=LONG_AGO,
        seen_at=LONG_AGO,
        created_at=LONG_AGO,
        legal_name="Cazal et filles SARL",
        siren="732829320",
        vat_number="FR44732829320",
        billing_email=owner.email,
        street="3 rue du Four",
        postcode="37000",
        city="Saint-Avel-sur-Loge",
        latitude="47.400000",
        longitude="0.690000",
    )


def make_council(
    space: str,
    *,
    rate_bp: int = 4_000,
    weight: int = 100,
    company: str = "",
    accepted: bool = True,
    account: str = "",
    confirmed: bool = True,
) -> Council:
    tenant = Tenant.objects.get(schema_name=space)
    council = Council.objects.create(
        tenant=tenant,
        company=Company.objects.get(name=company) if company else None,
        name=f"CSE {company or space}",
        weight=weight,
        created_at=LONG_AGO,
        stripe_account=account,
        account_state="active" if account else "none",
        contact_email=f"cse@{space}.example",
        confirmed_until=CONFIRMED_UNTIL if confirmed else None,
        treasurer_reference=TREASURER if confirmed else "",
        secretary_reference="M-SECRET" if confirmed else "",
    )
    make_terms(council, rate_bp=rate_bp, accepted=accepted)
    return council


def make_terms(
    council: Council,
    *,
    rate_bp: int,
    accepted: bool = True,
    version: int = 1,
    valid_from: dt.datetime = LONG_AGO,
) -> ShareTerms:
    return ShareTerms.objects.create(
        council=council,
        version=version,
        rate_bp=rate_bp,
        valid_from=valid_from,
        offered_at=LONG_AGO,
        accepted_at=LONG_AGO if accepted else None,
        accepted_by_reference="M-DELPHI" if accepted else "",
        accepted_by_name="Delphine Marchal" if accepted else "",
        accepted_by_role="treasurer" if accepted else "",
    )


def make_campaign(
    shop: Merchant,
    net_cents: Mapping[str, int],
    *,
    at: dt.datetime,
    days: int = 5,
    slots: Mapping[str, str] | None = None,
    closed_days: Sequence[dt.date] = (),
) -> Campaign:
    """Create a campaign with a flight in each space, three days after `at`, usually in the feed."""
    campaign = Campaign.objects.create(
        merchant=shop,
        price_list=placements.prices_in_force(at),
        headline="Formule du midi",
        made_at=at,
    )
    starts_on = at.date() + dt.timedelta(days=3)
    for space, cents in net_cents.items():
        Flight.objects.create(
            campaign=campaign,
            tenant=Tenant.objects.get(schema_name=space),
            slot=(slot := (slots or {}).get(space, "home_feed")),
            screens=2 if slot == "kiosk" else 0,
            starts_on=starts_on,
            ends_on=starts_on + dt.timedelta(days=days - 1),
            reach=430,
            net_cents=cents,
            closed_days_iso=[day.isoformat() for day in closed_days],
        )
    return campaign


def make_paid_session(campaign: Campaign, *, at: dt.datetime) -> tuple[int, Session]:
    """Create an order with an open payment, and the paid session of Stripe for it."""
    owner = User.objects.get(pk=campaign.merchant.owner_id)
    order = open_checkout(campaign=campaign, by=owner, at=at)
    number = next(_numbers)
    payment = Payment.objects.create(
        order=order,
        session_id=f"cs_{number}",
        url="https://checkout.example/",
        amount_cents=order.gross_cents,
        opened_at=at,
        expires_at=at + dt.timedelta(hours=23),
    )
    charge = Charge(
        id=f"ch_{number}",
        payment_intent=f"pi_{number}",
        captured_cents=order.gross_cents,
        currency="eur",
        method="card",
        created_at=at,
        balance_transaction=BalanceTransaction(
            f"txn_{number}", order.gross_cents, 43, order.gross_cents - 43
        ),
    )
    session = Session(
        id=payment.session_id,
        url="",
        status="complete",
        payment_status="paid",
        amount_cents=order.gross_cents,
        currency="eur",
        livemode=False,
        client_reference_id=str(order.uuid),
        created_at=at,
        expires_at=payment.expires_at,
        intent=PaymentIntent(f"pi_{number}", "succeeded", "", str(order.uuid), charge),
    )
    return payment.pk, session


def make_sale(
    campaign: Campaign, *, at: dt.datetime, received_at: dt.datetime | None = None
) -> Sale:
    """Create a sale: paid at a moment according to Stripe, and received then or later."""
    payment_id, session = make_paid_session(campaign, at=at)
    payments.apply_snapshot(payment_id, session, at=received_at or at)
    return Sale.objects.get(payment=payment_id)


def make_sent_transfer(at: dt.datetime) -> Transfer:
    """Let the 40.00 of the only share have left."""
    Share.objects.update(state="transferred", is_due=True, released_at=at, transferred_at=at)
    return Transfer.objects.create(
        share=Share.objects.get(),
        amount_cents=4_000,
        state="done",
        stripe_id="tr_1",
        created_at=at,
        done_at=at,
    )


def move_abroad(
    shop: Merchant,
    *,
    country: str = "DE",
    number: str = "DE136695976",
    answer: str = "yes",
    at: dt.datetime,
) -> Merchant:
    """Move a shop to Kehl, across the Rhine, as a foreign company with an answer of VIES."""
    Merchant.objects.filter(pk=shop.pk).update(
        country=country,
        vat_number=number,
        siren="",
        latitude="48.573000",
        longitude="7.815000",
        vat_number_since=at,
    )
    if answer:
        answered(shop, answer, number=number, at=at)
    return Merchant.objects.select_related("owner").get(pk=shop.pk)


def answered(
    shop: Merchant, answer: str, *, number: str = "DE136695976", at: dt.datetime
) -> VatCheck:
    """Record an answer of VIES about a number at a moment."""
    return VatCheck.objects.create(
        merchant=shop,
        number=number,
        answer=answer,
        asked_at=at,
        failure="MS_UNAVAILABLE" if answer == "unreachable" else "",
        mailed_at=at,
    )
