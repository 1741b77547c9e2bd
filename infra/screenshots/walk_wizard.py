"""Pages of the wizard, as the walk sees them."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from infra.demo.seed.world import MOULINS
from infra.screenshots.stops import MERCHANT, PUBLIC, Stop
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.actions import drafts
from saas.catalogue.placements.models import CampaignDraft
from saas.catalogue.placements.rules import campaigns as campaign_rules
from saas.catalogue.placements.rules import drafts as draft_rules


def _draft() -> tuple[str, ...]:
    shop = Merchant.objects.select_related("owner").earliest("pk")
    own = CampaignDraft.objects.filter(merchant=shop, campaign=None, headline="Pain de Noël")
    draft = own.first()
    if draft is None:
        at = timezone.now()
        day = campaign_rules.today(at) + dt.timedelta(days=1)
        draft = drafts.change(
            draft=drafts.begin(goal="known", by=shop.owner, at=at),
            answers={
                "headline": "Pain de Noël",
                "spaces": [MOULINS.slug],
                "starts_on": day,
                "ends_on": day + dt.timedelta(days=6),
            },
            by=shop.owner,
            at=at,
        )
    return (draft.reference,)


def _at(step: str) -> Callable[[], tuple[str, ...]]:
    return lambda: (*_draft(), step)


STOPS: tuple[Stop, ...] = (
    Stop("placements:draft", PUBLIC, MERCHANT, _draft),
    *(Stop("placements:step", PUBLIC, MERCHANT, _at(step), step) for step in draft_rules.STEPS),
)
