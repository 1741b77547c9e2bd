"""The demo's operator approves the shops and ads that wait, for journeys."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from billing.adjustments.actions.reviews import approve_ad
from infra.demo.seed.staff import first_operator
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.queries.reviews import ads_to_see
from saas.console.actions import approve_page
from saas.kernel import schema


class Command(BaseCommand):
    """Approves pending shops and ads."""

    help = "Approves the shops and ads of the demo that wait for an operator."

    def handle(self, **_options: Any) -> None:
        """Approve each."""
        now = timezone.now()
        with schema.in_public():
            operator = first_operator()
            for merchant in Merchant.objects.filter(state=Merchant.State.WAITING):
                approve_page(merchant=merchant, trusts=False, by=operator, at=now)
            for campaign in ads_to_see():
                approve_ad(campaign=campaign, by=operator, at=now)
