"""The report of a campaign: totals first, their course, each place, cost, the campaign before."""

import datetime as dt
import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign, FlightDay
from saas.catalogue.placements.queries import summaries
from saas.catalogue.placements.rules.campaigns import today
from saas.kernel.display.day_charts import MOST_DAYS, day_chart
from tests.fixtures.people import Browse
from tests.saas.catalogue.making import make_merchant, owner_of, run_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("going_on_from_at")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant(at=timezone.now())


def counted(campaign: Campaign, *days: tuple[int, int]) -> None:
    """Record views and clicks of the first flight, for the last days up to today."""
    flight, at = campaign.flights.order_by("pk")[0], timezone.now()
    FlightDay.objects.bulk_create(
        FlightDay(
            flight=flight,
            day=today(at) - dt.timedelta(days=ago),
            views=views,
            clicks=clicks,
            gathered_at=at,
        )
        for ago, (views, clicks) in enumerate(days)
    )


def report(campaign: Campaign) -> summaries.Summary:
    return summaries.summary_of(
        Campaign.objects.prefetch_related("flights__tenant").get(pk=campaign.pk)
    )


def test_totals_stand_first_with_the_price_of_a_click(merchant: Merchant, browse: Browse) -> None:
    campaign = run_campaign(merchant)
    counted(campaign, (40, 6), (30, 4))
    found = report(campaign)
    net = sum(flight.net_cents for flight in campaign.flights.all())

    figures = {stat.title: stat.value for stat in found.stats}
    assert (figures["Vues"], figures["Clics"]) == ("70", "10")
    assert figures["Prix d’un clic"] == f"{net // 10 / 100:.2f}".replace(".", ",") + "\u00a0€"
    assert [course.title for course in found.courses] == ["Vues par jour", "Clics par jour"]
    page = (
        browse(owner_of(merchant), space="")
        .get(f"/desk/campaigns/{campaign.reference}/")
        .content.decode()
    )
    assert page.index("Prix d’un clic") < page.index("Jour par jour")
    assert "<title>" in page


def test_small_figures_are_held_back_in_totals_charts_and_prices(merchant: Merchant) -> None:
    campaign = run_campaign(merchant)
    counted(campaign, (4, 1))
    found = report(campaign)

    figures = {stat.title: stat.value for stat in found.stats}
    assert (figures["Vues"], figures["Clics"]) == ("moins de 5", "moins de 5")
    assert figures["Prix d’un clic"] == "trop peu de clics"
    assert found.courses == []
    assert {row.views for row in found.places} == {"moins de 5"}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [([3, 20, 9], {0, 2}), ([3, 4, 20], {0, 1}), ([0, 20], {0}), ([20, 9], set()), ([3], {0})],
)
def test_single_small_count_cannot_be_worked_out(counts: list[int], hidden: set[int]) -> None:
    assert summaries.withheld(counts) == hidden


def test_report_stands_beside_the_campaign_before(merchant: Merchant) -> None:
    first, second = run_campaign(merchant), run_campaign(merchant)
    Campaign.objects.filter(pk=first.pk).update(paid_at=timezone.now() - dt.timedelta(days=40))
    counted(first, (120, 12))
    counted(second, (80, 8))

    notes = {stat.title: stat.note for stat in report(second).stats}
    assert notes["Vues"] == "avant\u00a0: 120"
    assert {stat.note for stat in report(first).stats} <= {"", "prix HT ÷ clics"}


def test_list_shows_the_totals_of_each_campaign(merchant: Merchant, browse: Browse) -> None:
    counted(run_campaign(merchant), (70, 10))
    page = browse(owner_of(merchant), space="").get("/desk/campaigns/").content.decode()

    assert "70 vues · 10 clics" in page


def test_chart_of_days_has_gaps_and_a_limit() -> None:
    day = dt.date(2026, 3, 1)
    assert day_chart({day: 4}) is None
    chart = day_chart({day: 10, day + dt.timedelta(days=2): 3})
    assert chart is not None
    assert [bar.is_small for bar in chart.bars] == [False, False, True]
    assert chart.bars[1].height == "0"
    long = day_chart({day: 10, day + dt.timedelta(days=400): 20})
    assert long is not None
    assert len(long.bars) == MOST_DAYS


def test_report_is_a_paper_for_its_merchant_alone(merchant: Merchant, browse: Browse) -> None:
    campaign = run_campaign(merchant)
    counted(campaign, (40, 6))
    path = f"/desk/campaigns/{campaign.reference}/report/"
    answer = browse(owner_of(merchant), space="").get(path)
    assert answer["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(b"".join(answer))).pages[0].extract_text()
    assert campaign.headline in text
    assert report(campaign).places[0].space in text
    assert {"Vues", "40"} <= set(text.split())
    stranger = owner_of(make_merchant("Ti’Zeste"))
    assert browse(stranger, space="").get(path).status_code == 404
