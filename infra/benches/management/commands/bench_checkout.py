"""`manage.py bench_checkout`: shops with something to pay, each with its owner signed in."""

import json
import sys
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone

from infra.demo.test_spaces import make_test_spaces
from infra.drills.inside.money import money_world
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel import schema
from tenants.spaces.models import Tenant

NET_CENTS = 10_000


class Command(BaseCommand):
    """The inner half of the bench `checkout`."""

    help = "Answers `N` with as many campaigns to pay: path and session of each one's merchant."

    def handle(self, **_options: Any) -> None:
        """Fill the town once for each line, until the input ends."""
        at = timezone.now()
        if not Tenant.objects.filter(schema_name="north").exists():
            make_test_spaces(at, only=("north",), with_schema=False)
        schema.enter(schema.PUBLIC)
        for line in sys.stdin:
            self.stdout.write(json.dumps(_to_pay(int(line))))
            self.stdout.flush()


def _to_pay(count: int) -> list[dict[str, str]]:
    at = timezone.now()
    shops = money_world.build(at, more_spaces=0, with_accounts=False, shops=count).shops
    north = Tenant.objects.get(schema_name="north")
    wishes = [money_world.Wish(shop, {north.pk: NET_CENTS}, 5) for shop in shops]
    campaigns = money_world.draw_up(wishes, at)
    owners = dict(Merchant.objects.filter(pk__in=shops).values_list("pk", "owner_id"))
    found = Campaign.objects.filter(pk__in=campaigns).order_by("pk")
    return [
        {
            "path": reverse(
                "billing:checkout", settings.PUBLIC_SCHEMA_URLCONF, args=[campaign.reference]
            ),
            "session": _signed_in(User.objects.get(pk=owners[campaign.merchant_id])),
        }
        for campaign in found
    ]


def _signed_in(person: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)
