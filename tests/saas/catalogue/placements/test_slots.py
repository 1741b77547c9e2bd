"""A slot is a row of a table: another row is priced, sold, closed and refunded like the others."""

import datetime as dt

import pytest
from django.utils import timezone

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import tasks
from saas.catalogue.placements.actions import counts, payment
from saas.catalogue.placements.actions.prices import publish_prices
from saas.catalogue.placements.actions.refusals import leave_unseen_slots
from saas.catalogue.placements.models import CampaignDeparture, CampaignDraft
from saas.catalogue.placements.models.slots import SLOTS, Shown, SlotTerms
from saas.catalogue.placements.queries.campaigns import reach_of
from saas.catalogue.placements.queries.drafts import slot_rows
from saas.catalogue.placements.queries.prices import for_billing, price_lines
from saas.catalogue.placements.queries.refusals import campaigns_to_leave, departures_in_words
from saas.catalogue.placements.rules.prices import Limits, NewPrice
from saas.console.catalogue.offer_forms import PricesForm
from saas.kernel import modules
from saas.kernel.errors import Refused
from saas.kernel.offers.screen_hooks import SILENT_FOR
from tests.fixtures.people import AT, make_user
from tests.saas.catalogue.making import draw_up, make_merchant, run_campaign
from tests.tenants.spaces.hosts.dns import switch

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("going_on_from_at", "lift"),
]
LIFT = "lift"


@pytest.fixture
def lift(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """Another slot, shown by another room, with a price."""
    room = modules.Module(LIFT, "Ascenseur", "Une affiche par jour", "store", (LIFT,))
    monkeypatch.setitem(modules._modules, LIFT, room)  # noqa: SLF001 - gone after the test
    monkeypatch.setitem(SLOTS, LIFT, SlotTerms("Ascenseur", Shown.BESIDE, "Le matin", LIFT))
    publish_prices(
        prices=[NewPrice(slot, 350, 50, 10_000) for slot in SLOTS],
        limits=Limits(0, None),
        valid_from=AT,
        note="Ascenseur",
        by=make_user("Nadia"),
        at=AT - dt.timedelta(hours=1),
    )


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


def test_operators_price_it() -> None:
    assert "day_cents_lift" in PricesForm().fields
    assert LIFT in dict(price_lines(AT))


def test_wizard_offers_it_with_its_price(merchant: Merchant) -> None:
    draft = CampaignDraft(
        merchant=merchant,
        starts_on=AT.date(),
        ends_on=AT.date() + dt.timedelta(days=6),
        spaces=["north"],
    )
    [row] = [one for one in slot_rows(draft, reach_of(merchant), at=AT) if one.value == LIFT]
    assert (row.name, row.note, row.is_full) == ("Ascenseur", "Le matin", False)

    switch(LIFT)
    [row] = [one for one in slot_rows(draft, reach_of(merchant), at=AT) if one.value == LIFT]
    assert row.is_full
    assert "n’a pas «\u00a0Ascenseur\u00a0»" in row.places


def test_space_that_has_its_room_off_sells_none(merchant: Merchant) -> None:
    switch(LIFT)
    with pytest.raises(Refused, match="n’a pas"):
        draw_up(merchant, slots=[LIFT])

    counts.record_places(tenant_schema="north", screens=0, at=AT)  # still off at the next count
    with pytest.raises(Refused, match="n’a pas"):
        draw_up(merchant, slots=[LIFT])

    switch(LIFT, on=True)
    counts.record_places(tenant_schema="north", screens=0, at=AT)
    assert draw_up(merchant, slots=[LIFT]).flights.get().slot == LIFT


def test_room_with_a_paid_ad_stays_on(merchant: Merchant) -> None:
    campaign = run_campaign(merchant, slots=[LIFT])
    last = campaign.flights.get().ends_on
    with pytest.raises(Refused, match=f"payée jusqu’au {last:%d/%m/%Y}"):
        switch(LIFT)


def test_ad_paid_after_its_room_was_switched_off_leaves_by_mail(
    merchant: Merchant, mailoutbox: list[object]
) -> None:
    campaign = draw_up(merchant, slots=[LIFT])
    switch(LIFT)
    payment.mark_paid(campaign_id=campaign.pk, at=AT)
    later = timezone.now() + SILENT_FOR
    assert campaigns_to_leave(later) == [campaign.pk]

    assert leave_unseen_slots(campaign_id=campaign.pk, at=later)

    departure = CampaignDeparture.objects.get()
    assert departure.slot == LIFT
    assert campaigns_to_leave(later) == []
    [sentence] = departures_in_words(for_billing(campaign.pk))
    assert "ne montre plus «\u00a0Ascenseur\u00a0»" in sentence
    tasks.mail_departure(departure.pk)
    assert "ne montre plus" in str(getattr(mailoutbox[-1], "body", ""))
