"""Offers of merchants, as the walk sees them: at the desk, at the till, on a member's phone."""

from django.utils import timezone

from infra.screenshots.stops import EMPLOYEE, MERCHANT, PUBLIC, SPACE, Stop, employee
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.offers import rules
from saas.catalogue.offers.models import Offer, Till
from saas.kernel import schema
from saas.kernel.secrets import tokens
from tenants.community.neighbourhood import actions
from tenants.community.neighbourhood.queries import offers


def _offer() -> tuple[str, ...]:
    with schema.in_public():
        return (Offer.objects.filter(merchant=Merchant.objects.earliest("pk"))[0].reference,)


def _taken() -> tuple[str, ...]:
    (reference,) = _offer()
    at = timezone.now()
    found = offers.offer_page(reference, at)
    if found is None:
        raise LookupError("the demo shows none of its offers")
    actions.take_code(offer=found.offer, by=employee(), at=at)
    return (reference,)


def _link() -> tuple[str, ...]:
    return (tokens.sign(rules.TILL_LINK, str(Till.objects.earliest("pk").nonce)),)


STOPS: tuple[Stop, ...] = (
    Stop("offers:detail", PUBLIC, MERCHANT, _offer),
    Stop("offers:edit", PUBLIC, MERCHANT, _offer),
    Stop("offers:open_till", PUBLIC, find=_link),
    Stop("offers:till", PUBLIC, look="nobody"),
    Stop("offers:till", PUBLIC, MERCHANT, look="refused", query="?code=AAAAAA"),
    Stop("neighbourhood:offer", SPACE, EMPLOYEE, _offer),
    Stop("neighbourhood:offer_code", SPACE, EMPLOYEE, _taken),
)
