"""A refusal in the second of a payment, and of another refusal of the same."""

import contextlib

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from saas.catalogue.placements.actions.payment import mark_paid
from saas.catalogue.placements.actions.refusals import leave_refusing_spaces
from saas.catalogue.placements.models import Refusal, RunningFlight
from saas.catalogue.placements.queries.refusals import campaigns_to_leave
from saas.kernel import schema
from tests.fixtures.people import AT
from tests.fixtures.together import acts_at_once
from tests.saas.catalogue.making import draw_up, make_merchant
from tests.saas.catalogue.placements.test_refusals import refuse


def test_campaign_paid_while_two_refuse_it_leaves_once(own_database: None) -> None:
    campaign = draw_up(make_merchant())

    def pay() -> None:
        with schema.in_public():
            mark_paid(campaign_id=campaign.pk, at=AT)

    def refuse_it() -> None:
        with contextlib.suppress(IntegrityError, ValidationError):
            refuse(category="bakery")

    acts_at_once([pay, refuse_it, refuse_it])
    with schema.inside("north"):
        assert not RunningFlight.objects.exists()
    with schema.in_public():
        assert Refusal.objects.count() == 1
        assert campaigns_to_leave(AT) == [campaign.pk]

    def leave() -> int:
        with schema.in_public():
            return len(leave_refusing_spaces(campaign_id=campaign.pk, at=AT))

    assert sorted(map(str, acts_at_once([leave, leave]))) == ["0", "1"]
