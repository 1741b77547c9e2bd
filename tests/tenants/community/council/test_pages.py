"""The council's desk shows where every cent is; its figures agree with each other and the books."""

import datetime as dt
from collections.abc import Callable

import pytest

from billing.councils.actions.write_offs import write_off
from billing.models import Claim, Council, LedgerEntry, Order, OwnCouncil, OwnLine, Share
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from saas.kernel.display.writing import eur
from saas.kernel.values.months import months_later, year_until
from tenants.community.council import rules
from tenants.community.council.queries import figures as figure_queries
from tenants.community.council.queries import flows as flow_queries
from tenants.community.council.queries import ledger
from tenants.community.council.queries import ledger as ledger_queries
from tenants.community.council.queries import trail as trail_queries
from tenants.community.members.models import Role
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.factories.billing import make_council, make_merchant_user, make_shop
from tests.fixtures.billing import Till
from tests.fixtures.people import AT, Browse, SameCost
from tests.tenants.community.council.conftest import Desk
from tests.tenants.community.council.reading import text_in, text_of, with_plain_spaces

type Sell = Callable[..., Order]

NOVEMBER = "/council/?month=2026-11"
MONTH = dt.date(2026, 11, 1)
PAGES = [NOVEMBER, "/council/ledger/", "/council/terms/", "/council/account/"]
MOST_QUERIES = 12


def here() -> list[str]:
    """The councils of this space."""
    return list(OwnCouncil.objects.values_list("reference", flat=True))


def figures_of(month: dt.date) -> figure_queries.Figures:
    sums, held = figure_queries.sums(here()), figure_queries.held(here())
    return figure_queries.figures_of(month, sums, held)


def flow_of(share_cents: int) -> flow_queries.MonthFlow:
    shares = flow_queries.shares_of_month(MONTH, here())
    return flow_queries.flow_of(shares, share_cents=share_cents, are_others=False)


def refund(order: Order, cents: int, till: Till) -> None:
    with schema.in_public():
        till.give_back(order, cents)


def share_of(order: Order) -> Share:
    with schema.in_public():
        return Share.objects.get(sale__order=order)


def booked(council: Council) -> list[tuple[str, int]]:
    with schema.in_public():
        about = LedgerEntry.objects.filter(council=council)
        return list(about.values_list("account", "amount_cents"))


def test_desk_explains_what_follows_before_the_first_euro(
    browse: Browse, teammate: User, council: Council
) -> None:
    page = text_of(browse(teammate), "/council/")
    assert "Ce qui se passera avec le premier euro" in page
    assert "Un commerçant paie 84,00 €" in page
    assert "Votre part est inscrite 28,00 € 40 % du HT" in page


def test_a_space_without_a_council_says_so(browse: Browse, treasurer: User) -> None:
    client, council, figures = browse(treasurer), "de CSE dans cet espace", "de CSE à suivre ici"
    pages = {"": council, "terms/": council, "account/": council}
    pages |= {"forecast/": figures, "simulator/": figures, "statements/": figures}
    for page, words in pages.items():
        assert f"Pas encore {words}" in text_of(client, f"/council/{page}")
    with schema.in_public():
        make_council("north")
    for page, words in pages.items():
        assert f"Pas encore {words}" not in text_of(client, f"/council/{page}")


def test_every_figure_agrees_with_the_books(desk: Desk) -> None:
    desk.sell(7_003)
    order = desk.sell(3_331, south=1_000)
    refund(order, 1_501, desk.till)

    books = booked(desk.council)
    cost = sum(cents for account, cents in books if account == "share.cost")
    held = -sum(cents for account, cents in books if account == "share.held")
    figures = figures_of(MONTH)
    flow = flow_of(figures.share_cents)

    assert (figures.share_cents, figures.total_cents) == (cost, cost)
    assert (figures.held_cents, figures.owed_cents, figures.paid_cents) == (held, 0, 0)
    assert (flow.whole.share_cents, flow.gap_cents) == (cost, 0)
    assert sum(line.cents for line in OwnLine.objects.all()) == cost
    assert ledger_queries.last_lines(here())[0][0].balance_cents == held
    page = desk.read(NOVEMBER)
    assert with_plain_spaces(f"Part du mois {eur(cost)}") in page
    assert with_plain_spaces(f"En retenue {eur(held)}") in page
    assert with_plain_spaces(f"{eur(cost)} pour le CSE") in page


def test_totals_agree_with_payouts_and_claims(desk: Desk) -> None:
    with schema.in_public():
        desk.till.active_account(desk.council)
    order = desk.sell(10_000)
    desk.after_the_hold()
    refund(order, 6_000, desk.till)

    moved = [cents for account, cents in booked(desk.council) if account == "stripe.balance"]
    figures = figures_of(MONTH)
    assert sum(row.paid_cents for row in figure_queries.sums(here())) == -sum(moved) == 2_000
    assert (figures.total_cents, figures.held_cents, figures.owed_cents) == (2_000, 0, 0)
    shown = ledger_queries.lines_in_words(trail_queries.lines_of_share(share_of(order).reference))
    assert [line.cents for line in shown] == [4_000, -4_000, -2_000, 2_000]
    assert shown[-1].balance_cents == 0


def test_claim_is_netted_later_unless_given_up(desk: Desk) -> None:
    with schema.in_public():
        account = desk.till.active_account(desk.council)
    order = desk.sell(10_000)
    desk.after_the_hold()
    desk.till.simulator.pull("balance", account=account, available="0")
    refund(order, 6_000, desk.till)
    trail = f"/council/ledger/{share_of(order).reference}/"
    waits = desk.read(trail)
    assert figures_of(MONTH).owed_cents == 2_000
    assert "À compenser avec les prochaines parts 20,00 €" in waits

    with schema.in_public():
        claim = Claim.objects.get()
        operator = make_merchant_user("Opale")
        write_off(debt=claim, seen_cents=2_000, reason="compte fermé", by=operator, at=desk.till.at)
    given_up = desk.read(trail)
    assert figures_of(MONTH).owed_cents == 0
    assert "À compenser" not in given_up
    assert "Dette du CSE abandonnée 20,00 €" in given_up
    assert ledger_queries.last_lines(here())[0][0].balance_cents == 0


def test_a_share_is_followed_both_ways(desk: Desk) -> None:
    with schema.in_public():
        desk.till.active_account(desk.council)
    order = desk.sell(7_000)
    waiting = desk.read(f"/council/ledger/{share_of(order).reference}/")
    assert "À verser au CSE 28,00 €" in waiting
    desk.after_the_hold()
    page = desk.read(f"/council/ledger/{share_of(order).reference}/")
    for words in (
        "Maison Cazal a payé 84,00 €",
        "Campagne « Formule du midi » 70,00 € HT TVA 14,00 € retirée",
        "5 jours d’affichage Fil d’accueil du 28/11/2026 au 02/12/2026",
        "Conditions n° 1 40 % du HT soit 28,00 €",
        "Frais de paiement 1,51 €",
        "Versé au CSE 28,00 €",
        "28,00 € = 70,00 € \u00d7 40 %",
        "84,00 € = 70,00 € + TVA 14,00 €",
    ):
        assert words in page
    assert "tr_" not in page
    assert "po_" not in page


def test_a_whole_refund_leaves_a_table_instead_of_a_drawing(desk: Desk) -> None:
    refund(desk.sell(7_000), 8_400, desk.till)
    page = desk.client.get(NOVEMBER).content
    assert b"flow-title" not in page
    assert "Maison Cazal 84,00 € 84,00 € 0,00 € 1,51 € −1,51 € 0,00 €" in text_in(page)
    assert "Part du mois 0,00 €" in text_in(page)
    trail = f"/council/ledger/{ledger_queries.last_lines(here())[0][0].share_reference}/"
    assert "Rien à verser 0,00 € tout a été remboursé" in desk.read(trail)


def test_a_payment_that_a_bank_took_back_stays_with_nobody(desk: Desk) -> None:
    order = desk.sell(7_000)
    with schema.in_public():
        decide(desk.till, contest(desk.till, order), "lost")
    page = desk.read(NOVEMBER)
    assert "Remboursé ou repris" in page
    assert "Maison Cazal 84,00 € 84,00 € 0,00 € 1,51 € −1,51 € 0,00 €" in page


def test_a_refund_of_another_month_is_counted_apart(desk: Desk) -> None:
    order, later = desk.sell(10_000), desk.till.at + dt.timedelta(days=10)
    desk.till.simulator.pull("clock/advance", to=later.isoformat())
    refund(order, 6_000, desk.till._replace(at=later))
    november, december = figures_of(MONTH), figures_of(dt.date(2026, 12, 1))
    assert (november.share_cents, december.share_cents) == (4_000, -2_000)
    flow = flow_of(november.share_cents)
    whole = (flow.whole.share_cents, flow.whole.refunded_cents)
    assert (*whole, flow.gap_cents) == (2_000, 6_000, 2_000)


def test_filters_leave_lines_out_and_balances_alone(desk: Desk) -> None:
    with schema.in_public():
        other = make_shop(name="Ti’Zeste")
    desk.sell(7_000)
    refund(desk.sell(10_000, shop=other), 6_000, desk.till)
    assert "3 écritures" in desk.read("/council/ledger/")
    choices = ledger_queries.ledger_choices(dict.fromkeys(here(), ""), today=MONTH)
    assert choices.merchants == ["Maison Cazal", "Ti’Zeste"]
    claimed = desk.read("/council/ledger/?kind=claimed")
    assert "1 écriture " in claimed
    assert "−20,00 € 48,00 €" in claimed
    assert "28,00 € 28,00 €" in desk.read("/council/ledger/?merchant=Maison+Cazal")
    assert "3 écritures" in desk.read("/council/ledger/?month=2026-11&council=CO-XXXXXX")
    assert "Aucune écriture avec ces filtres" in desk.read("/council/ledger/?kind=reversed")


def test_a_long_ledger_has_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "ON_A_PAGE", 1)
    desk.sell(7_000)
    desk.sell(10_000)
    assert "Page 1 sur 2" in desk.read("/council/ledger/")
    assert "28,00 € 28,00 €" in desk.read("/council/ledger/?page=2")


def test_councils_of_a_space_are_shown_apart(
    browse: Browse, treasurer: User, bakery: Merchant, sell: Sell
) -> None:
    with schema.in_public():
        make_council("north", weight=300)
        company = make_council("north", weight=100, company="North Deux")
    role = {"role": Role.Kind.TREASURER, "company_id": company.company_id}
    Role.objects.create(user=treasurer, given_at=AT, **role)
    sell(bakery, 10_000)
    own = text_of(browse(treasurer), NOVEMBER)
    assert "Part du mois 30,00 €" in own
    page = text_of(browse(treasurer), f"{NOVEMBER}&council=all")
    assert "Part du mois 40,00 €" in page
    assert "CSE north 300 salariés Pas encore de compte 0,00 € 30,00 € 30,00 €" in page
    assert "Encaissé 120,00 €" in page
    lines = text_of(browse(treasurer), f"/council/ledger/?council={company.reference}")
    assert "1 écriture " in lines
    assert "· CSE North Deux Part gagnée 10,00 € 10,00 €" in lines


def test_three_sales_cost_what_one_costs(desk: Desk, same_cost: SameCost) -> None:
    trail = f"/council/ledger/{share_of(desk.sell(7_000)).reference}/"
    with same_cost(desk.client, *PAGES, trail, most=MOST_QUERIES):
        with schema.in_public():
            others = [make_shop(name="Ti’Zeste"), make_shop(name="Élan 12")]
            make_council("north", company="North Deux")
        for shop in others:
            desk.sell(3_000, shop=shop)


def test_months_go_over_the_year_and_one_that_is_none_is_this() -> None:
    for text in ("2026-13", "hier", "", "2999-01", "0001-01", "9999-12"):
        assert rules.month_of(text, today=dt.date(2026, 11, 25)) == MONTH, text
    assert months_later(dt.date(2026, 12, 1)) == dt.date(2027, 1, 1)
    assert year_until(MONTH)[0] == dt.date(2025, 12, 1)
    months = rules.months_between(dt.date(2025, 11, 30), dt.date(2026, 1, 2))
    assert months == [dt.date(2026, 1, 1), dt.date(2025, 12, 1), dt.date(2025, 11, 1)]
