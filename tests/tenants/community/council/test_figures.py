"""Forecasts, waits and their reasons, other terms, and statements to take away."""

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest

from billing.councils import tasks
from billing.models import Council, Order, Payout, Share, Statement, Subscription
from saas.kernel import schema
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.months import make_subscription
from tests.fixtures.people import AT, Count, SpaceClient
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_in, text_of, with_plain_spaces

type Sell = Callable[..., Order]

PAGES = ["/council/forecast/", "/council/simulator/", "/council/statements/"]
LATER = "d’autres mouvements de ces jours ont été inscrits"
NOVEMBER = {"first_day": "2026-11-01", "last_day": "2026-11-25"}


def test_held_share_is_forecast_for_the_month_of_its_release(desk: Desk, active: Council) -> None:
    desk.sell(7_000)
    page = desk.read("/council/forecast/")
    assert "Part gagnée ce mois-ci au moins 28,00 €" in page
    assert "Reversé d’ici la fin du mois au moins 0,00 €" in page
    assert "28,00 € en retenue, le temps d’un remboursement éventuel, jusqu’au 09/12/2026" in page
    with schema.in_public():
        Share.objects.update(release_at=dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC))
    page = desk.read("/council/forecast/")
    assert "au moins 0,00 €" in page
    assert "probablement 28,00 €" in page
    assert "29/11/2026 campagnes en cours 28,00 €" in page


@pytest.mark.parametrize(
    ("minutes", "counted"), [(59, "probablement 28,00 €"), (60, "Rien de plus n’est prévu")]
)
def test_month_of_the_forecast_ends_by_the_clock_of_its_space(
    desk: Desk, active: Council, minutes: int, counted: str
) -> None:
    next_at = dt.datetime(2026, 11, 30, 22, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    with schema.in_public():
        campaign = make_campaign(desk.bakery, {"north": 7_000}, at=next_at - dt.timedelta(days=30))
        make_subscription(campaign, at=next_at, stripe_id="sub_1", state="active")
        Subscription.objects.update(net_cents=7_000, vat_cents=1_400, gross_cents=8_400)
        Subscription.objects.update(paid_until=next_at)
    page = desk.read("/council/forecast/")
    assert counted in page.partition("Reversé d’ici")[0]


def test_payouts_of_this_council_alone_are_listed(treasury: SpaceClient, active: Council) -> None:
    with schema.in_public():
        other = make_council("south")
        for council, number in ((active, "po_ours"), (other, "po_theirs")):
            Payout.objects.create(
                council=council,
                stripe_id=number,
                state="failed",
                amount_cents=2_800,
                failure="account_closed",
                made_at=AT,
            )
    page = text_of(treasury, "/council/forecast/")
    assert "po_ours" not in page
    assert "Refusé par la banque Le compte bancaire est fermé." in page
    assert "po_theirs" not in page


def test_simulated_rate_is_split_by_the_real_rules(desk: Desk, active: Council) -> None:
    desk.sell(7_000)
    assert "Autant qu’aujourd’hui" in desk.read("/council/simulator/")
    page = desk.read("/council/simulator/?rate_bp=50&aep_bp=20&merchants=1")
    assert "42,00 € de plus en un an." in page
    assert "Budget de fonctionnement (AEP) 0,00 € 14,00 €" in page
    assert "Ensemble 28,00 € 70,00 €" in page
    assert "calculé sur 1 vente" in page.lower()


def test_answers_out_of_bounds_get_a_sentence(desk: Desk) -> None:
    for query, sentence in (
        ("rate_bp=101", "Le taux va de 0 à 100 %."),
        ("rate_bp=abc", "Écrivez un taux, par exemple 40 ou 12,5."),
        ("aep_bp=", "Écrivez un taux, par exemple 40 ou 12,5."),
        ("merchants=-1", "De 0 à 200 commerçants de plus."),
        ("merchants=201", "De 0 à 200 commerçants de plus."),
        ("merchants=beaucoup", "De 0 à 200 commerçants de plus."),
        ("council=CO-XXXXXX", "Autant qu’aujourd’hui"),
    ):
        response = desk.client.get(f"/council/simulator/?{query}")
        assert response.status_code in {200, 422}
        assert sentence in text_in(response.content), query


def test_a_statement_is_made_shown_and_handed_out(desk: Desk, active: Council) -> None:
    desk.sell(7_000)
    response = desk.client.post(f"/council/statements/{active.reference}/", NOVEMBER)
    assert response.status_code == 303
    with schema.in_public():
        made = Statement.objects.get()
    url = f"/council/statements/{active.reference}/{made.reference}/"
    assert response["Location"] == url
    page = desk.read(url)
    assert "Gagné, remboursements déduits 0,00 € 28,00 € 28,00 €" in page
    assert "Le PDF se prépare" in page
    assert desk.client.get(f"{url}pdf/").status_code == 303
    with schema.in_public():
        tasks.render_statement(made.pk)
    pdf = b"".join(desk.client.get(f"{url}pdf/"))
    assert pdf.startswith(b"%PDF-")
    sheet = b"".join(desk.client.get(f"{url}csv/")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    assert any("28,00" in row for row in rows)
    assert made.reference in desk.read("/council/statements/")
    assert LATER not in desk.read(url)
    desk.sell(1_000)
    assert LATER in desk.read(url)


def test_a_range_that_cannot_be_gets_a_sentence(desk: Desk) -> None:
    url, usual = f"/council/statements/{desk.council.reference}/", {"last_day": "2026-11-01"}
    for days, sentence in (
        ({"first_day": "2026-11-25"}, "La fin suit le début."),
        (
            {"first_day": "2026-11-01", "last_day": "2026-12-31"},
            "s’arrête aujourd’hui au plus tard",
        ),
        ({"first_day": ""}, "Choisissez un jour."),
        ({"first_day": "hier"}, "Écrivez un jour"),
        ({"first_day": "0001-01-01"}, "trois ans au plus"),
    ):
        assert sentence in with_plain_spaces(desk.client.refused(url, usual | days)), days


def test_the_journal_says_both_budgets_and_runs_no_formula(desk: Desk) -> None:
    with schema.in_public():
        shop = make_shop(name="=SOMME(A1)")
        Council.objects.update(name="CSE north")
    desk.sell(7_000, shop=shop)
    response = desk.client.get("/council/journal/?month=2026-11")
    assert response.headers["Content-Disposition"] == 'attachment; filename="journal-2026-11.csv"'
    text = b"".join(response).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert header[-4:] == ["AEP", "ASC", "Montant", "Solde"]
    assert row[-4:] == ["0,00", "28,00", "28,00", "28,00"]
    assert row[3].startswith("'=")


def test_many_sales_cost_what_one_costs(desk: Desk, active: Council, count_queries: Count) -> None:

    def about_money() -> dict[str, int]:
        statements = {url: count_queries(desk.client, url) for url in PAGES}
        return {
            url: sum("billing_" in one for one in of_page) for url, of_page in statements.items()
        }

    desk.sell(7_000)
    few = about_money()
    desk.sell(7_000)
    desk.sell(9_000)
    assert about_money() == few
    assert max(few.values()) <= 9
