"""Shops and ads of the demo for the operators: a pending and a refused example of each."""

import datetime as dt
from functools import partial

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from billing.adjustments.actions.reviews import approve_ad, refuse_ad
from billing.forms import CheckoutForm
from billing.orders.queries.desk import open_payment
from infra.demo import calling, levers
from infra.demo.seed import waiting
from infra.demo.seed.rows.shops import NEWCOMERS, Shop
from infra.demo.seed.shops import describe
from infra.demo.seed.staff import first_operator
from infra.demo.seed.world import PASSWORD
from saas.accounts.models import User
from saas.catalogue.merchants.actions import people
from saas.catalogue.merchants.actions import shops as actions
from saas.catalogue.merchants.models import JoinRequest, Merchant
from saas.catalogue.offers import actions as offers
from saas.catalogue.offers.queries import offers_to_see
from saas.catalogue.offers.rules import Terms
from saas.catalogue.placements.actions import campaigns as placements
from saas.catalogue.placements.models import Campaign, Slot
from saas.catalogue.placements.queries import campaigns as queries
from saas.catalogue.placements.queries.reviews import ads_to_see
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import prices as price_rules
from saas.kernel import schema

A_DAY = dt.timedelta(days=1)
# In this sector each ad is reviewed before it runs, for every buyer.
REGULATED_SHOP = "Pharmacie des Bateliers"


def play(*, at: dt.datetime) -> None:
    """Let an operator see the ads that were paid: their merchants are known for long."""
    operator = first_operator()
    for campaign in list(ads_to_see()):
        approve_ad(campaign=campaign, by=operator, at=at)


def see_offers(*, at: dt.datetime) -> None:
    """Let an operator see the offers of known merchants, which run already."""
    with schema.in_public():
        operator = first_operator()
        for offer in list(offers_to_see()):
            offers.approve_offer(offer=offer, by=operator, at=at)


def end(shops: dict[str, Merchant]) -> None:
    """Leave a new shop, join request, ad and offer pending; refuse another of each."""
    at, operator = timezone.now(), first_operator()
    wanted, refused, twin = NEWCOMERS
    open_new(wanted, at=at)
    merchant = open_new(refused, at=at)
    actions.refuse_shop(
        merchant_id=merchant.pk,
        reason="L’adresse n’est pas celle du registre du commerce.",
        by=operator,
        at=at,
    )
    open_new(twin, at=at)
    people.explain_join(
        note="Je reprends la boutique en janvier, voici mon bail.",
        paper=b"",
        by=JoinRequest.objects.get().person,
        at=at,
    )
    pharmacy = shops[REGULATED_SHOP]
    buy(pharmacy, "Crème solaire, −20\u00a0%", "Jusqu’à la fin du mois, au comptoir.", at=at)
    bad = buy(pharmacy, "Le remède dont tout le monde parle", "Demandez-le au comptoir.", at=at)
    refuse_ad(
        campaign=bad, reason="Dites de quel produit il s’agit, et son prix.", by=operator, at=at
    )
    for title, reason in (
        ("Diagnostic de peau offert", ""),
        ("Remise surprise", "Dites de combien est la remise."),
    ):
        today = campaign_rules.today(at)
        offer = offers.make(
            terms=Terms(title, "", today, today + 20 * A_DAY, "once", 50),
            by=User.objects.get(pk=pharmacy.owner_id),
            at=at,
        )
        if reason:
            offers.refuse_offer(offer=offer, reason=reason, by=operator, at=at)


def open_new(shop: Shop, *, at: dt.datetime) -> Merchant:
    """Describe and publish a shop that no operator has seen."""
    owner = describe(shop, make_password(PASSWORD), at)
    return actions.publish(by=owner, at=at)


def buy(shop: Merchant, headline: str, text: str, *, at: dt.datetime) -> Campaign:
    """Buy a week in the first space in reach, and pay it."""
    owner = User.objects.get(pk=shop.owner_id)
    first = campaign_rules.today(at) + 2 * A_DAY
    campaign = placements.draw_up(
        creative=campaign_rules.Creative(headline, text, ""),
        spaces=[queries.reach_of(shop).spaces[0].tenant.slug],
        slots=[Slot.HOME_FEED],
        period=price_rules.Period(first, first + 6 * A_DAY),
        instead_of="",
        by=owner,
        at=at,
    )
    campaign = Campaign.objects.select_related("merchant__owner").get(pk=campaign.pk)
    form = CheckoutForm({})
    with calling.alone():
        order = form.submit(campaign=campaign, by=owner, at=at)
        if order is None:
            raise RuntimeError(f"no order for {campaign}: {form.errors.as_text()}")
        calling.make_calls_of(order, at=at)
    payment = open_payment(order)
    if payment is None:
        raise RuntimeError(f"no payment page for {campaign}")
    levers.pull(f"pay/{payment.session_id}")
    waiting.until("an ad that waits", partial(_waits, campaign.pk))
    return Campaign.objects.get(pk=campaign.pk)


def _waits(campaign_id: int) -> bool:
    return Campaign.objects.filter(pk=campaign_id, review=Campaign.Review.WAITING).exists()
