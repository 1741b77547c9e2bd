"""Invoices in a council's own name: numbered in its series, valid, booked, no euro twice."""

import datetime as dt

import pytest
from django.core import mail

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils.actions.accounts import Billing, describe_billing
from billing.councils.actions.statements import bill_council
from billing.councils.queries.statements import paper_of_bill, statement_of
from billing.councils.settlement import statements
from billing.models import Case, Council, Order, Share, Statement
from billing.papers.files import cii, hybrid
from billing.papers.rules.papers import Kind
from billing.papers.settlement import rendering
from billing.papers.wording import mentions
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused
from saas.kernel.values import legal
from tenants.community.council.queries.statements import goes_on
from tests.billing.conftest import Committing
from tests.billing.councils.settlement.test_taxes import DECEMBER, JANUARY, make_vat_payer, sell
from tests.billing.papers.files import judges
from tests.factories.billing import make_campaign, make_merchant_user, make_sale, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Beginning, Till, begins_with, books

OWES_VAT = Billing(
    is_vat_payer=True,
    vat_number="FR44732829320",
    siren="732829320",
    street="2 allée des Tilleuls",
    postcode="37000",
    city="Saint-Avel",
    lets_us_bill=True,
)
A_DAY, A_MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)


def sold(till: Till) -> None:
    """Sell for 240.00, with 80.00 for the council."""
    make_vat_payer()
    sell(till, make_shop())


pytestmark = [pytest.mark.django_db, begins_with(sold)]


@pytest.fixture
def council(till: Till, beginning: Beginning | None) -> Council:
    return make_vat_payer() if beginning is None else Council.objects.get()


def bills() -> list[tuple[str | None, int, int]]:
    return list(Statement.objects.order_by("pk").values_list("number", "net_cents", "vat_cents"))


def test_council_is_billed_once_its_month_is_over(
    till: Till, shop: Merchant, council: Council
) -> None:
    sell(till, shop, 333)
    clock.bill(at=DECEMBER)
    assert bills() == [(f"R2026-{council.reference}-00001", 8_133, 1_627)]
    assert (books("vat.pending"), books("share.due")) == (1_627, -1_627)
    bill = Statement.objects.get()
    assert (bill.first_day, bill.last_day) == (dt.date(2026, 11, 2), dt.date(2026, 11, 30))
    assert bill.lines
    assert [line["vat_cents"] for line in bill.lines] == [1_627]


def test_bill_keeps_the_version_of_the_mandate(till: Till, council: Council) -> None:
    describe(council, till.at - A_DAY, owes_vat=False)
    describe(council, till.at - A_DAY, owes_vat=True)
    clock.bill(at=DECEMBER)
    bill = Statement.objects.get()
    digest = legal.digest_of(legal.SELF_BILLING, 1)
    assert (bill.self_billing_version, bill.self_billing_digest) == (1, digest)
    assert "mandat écrit préalable, version 1 (article 289" in mentions.self_billed(
        paper_of_bill(bill)
    )


def test_each_bill_keeps_the_version_of_its_mandate(
    till: Till, shop: Merchant, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(council, till.at, owes_vat=True)
    describe(council, till.at + A_MINUTE, owes_vat=False)
    put_second_text_in_force(monkeypatch)
    describe(council, till.at + 2 * A_MINUTE, owes_vat=True)
    describe(council, till.at + 3 * A_MINUTE, owes_vat=False)
    council.refresh_from_db()
    assert [one["version"] for one in council.ended_mandates or []] == [1, 2]
    record_sale(shop, collected_at=till.at, received_at=till.at + A_DAY)
    clock.bill(at=DECEMBER)
    assert set(Statement.objects.values_list("self_billing_version", flat=True)) == {1, 2}


def test_newer_text_waits_for_consent(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(council, till.at - A_DAY, owes_vat=True)
    put_second_text_in_force(monkeypatch)
    clock.bill(at=DECEMBER)
    assert Statement.objects.get().self_billing_version == 1
    unread = OWES_VAT._replace(mandate_version=1)
    with pytest.raises(Refused, match="vient de changer"):
        describe_billing(council=council, billing=unread, by=DELPHINE, at=DECEMBER)
    found = describe_billing(
        council=council, billing=unread._replace(mandate_version=2), by=DELPHINE, at=DECEMBER
    )
    assert found.self_billing_version == 2
    assert found.self_billing_since is not None
    assert found.self_billing_since < DECEMBER


def put_second_text_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    second = legal.Document("self_billing", 2, dt.date(2026, 12, 1), "Mandat")
    monkeypatch.setattr(legal, "DOCUMENTS", (second, *legal.DOCUMENTS))
    monkeypatch.setattr(legal, "digest_of", lambda code, version: f"{code} {version}")


def test_data_of_a_bill_are_valid_and_its_page_carries_them(till: Till) -> None:
    clock.bill(at=DECEMBER)
    till.jobs.catch_up()
    bill = Statement.objects.get()
    paper = paper_of_bill(bill)
    data = cii.write(paper)
    assert paper.kind == Kind.SELF_BILLED
    assert judges.faults(data) == []
    assert paper.seller.name == "CSE north"
    assert paper.due_on == dt.date(2027, 1, 30)
    pdf = statements.statement_content(bill)
    assert pdf
    assert hybrid.data_of(pdf) == data
    assert rendering.sha256(data) == bill.xml_sha256


def test_billed_share_is_not_billed_again(till: Till) -> None:
    for at in (DECEMBER, DECEMBER, DECEMBER + dt.timedelta(days=20), JANUARY):
        clock.bill(at=at)
    assert len(bills()) == 1


def test_late_share_is_billed_by_the_next_one(till: Till, shop: Merchant, council: Council) -> None:
    clock.bill(at=DECEMBER)
    sell(till, shop, 10_000)
    clock.bill(at=JANUARY)
    assert [net for _, net, _ in bills()] == [8_000, 4_000]
    late = Statement.objects.order_by("pk").last()
    assert late
    assert late.number == f"R2027-{council.reference}-00001"
    assert late.lines
    assert late.lines[0]["description"] == "Régularisation de périodes déjà facturées"


def test_refund_after_a_bill_is_a_credit_note(till: Till, council: Council, order: Order) -> None:
    clock.bill(at=DECEMBER)
    till.give_back(order, 24_000)
    clock.bill(at=JANUARY)
    assert [(net, vat) for _, net, vat in bills()] == [(8_000, 1_600), (-8_000, -1_600)]
    assert books("vat.input") == 0
    paper = paper_of_bill(Statement.objects.order_by("pk").last())  # type: ignore[arg-type]
    assert paper.kind == Kind.SELF_BILLED_CREDIT
    assert paper.corrects
    assert paper.corrects.number == f"R2026-{council.reference}-00001"
    assert (paper.net_cents, paper.gross_cents) == (8_000, 9_600)
    assert judges.faults(cii.write(paper)) == []


def test_a_line_that_goes_the_other_way_has_a_quantity_below_nothing(till: Till) -> None:
    clock.bill(at=DECEMBER)
    bill = Statement.objects.get()
    bill.lines = [
        *(bill.lines or []),
        {"description": "Reprise", "net_cents": -500, "vat_cents": -100},
    ]
    bill.net_cents -= 500
    paper = paper_of_bill(bill)
    assert [(line.quantity, line.unit_cents) for line in paper.lines] == [(1, 8_000), (-1, 500)]
    assert judges.faults(cii.write(paper)) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_vat_payer": False}, "pas assujetti"),
        ({"vat_number": ""}, "pas assujetti"),
        ({"self_billing_since": None}, "mandat"),
    ],
)
def test_council_without_vat_is_not_billed(
    council: Council, change: dict[str, object], why: str
) -> None:
    Council.objects.update(**change)
    clock.bill(at=DECEMBER)
    with pytest.raises(Refused, match=why):
        bill_council(council_id=council.pk, last_day=dt.date(2026, 11, 30), at=DECEMBER)
    assert bills() == []


def test_tax_of_a_bill_is_owed_in_the_statement_too(till: Till) -> None:
    clock.bill(at=DECEMBER)
    page = statement_of(
        Council.objects.select_related("tenant").get(),
        first_day=dt.date(2026, 12, 1),
        last_day=dt.date(2026, 12, 31),
    )
    assert [(line.words, line.cents) for line in page.movements] == [
        ("TVA de votre facture", 1_600)
    ]
    assert page.closing.cents == 9_600
    assert page.waiting[0].cents == 1_600
    assert page.waiting[0].why.startswith("TVA de vos factures")


def test_the_invoice_in_its_name_is_mailed_to_the_council(till: Till, council: Council) -> None:
    till.jobs.catch_up()
    mail.outbox.clear()
    clock.bill(at=DECEMBER)
    till.jobs.catch_up()
    (message,) = [message for message in mail.outbox if message.to == ["cse@north.example"]]
    assert message.subject == f"Votre facture R2026-{council.reference}-00001 est faite"
    assert "96,00" in str(message.body)
    assert "/statements/" in str(message.body)


def test_the_clock_bills(till: Till) -> None:
    Share.objects.update(aep_bp=0)
    clock.bill_councils()
    assert bills() == []  # its month is not over


def test_council_that_owes_tax_anew_is_billed_as_if_for_the_first_time(council: Council) -> None:
    clock.bill(at=DECEMBER)
    Council.objects.filter(pk=council.pk).update(
        self_billing_since=dt.datetime(2026, 12, 2, 8, tzinfo=dt.UTC)
    )
    clock.bill(at=JANUARY)
    assert [net for _number, net, _vat in bills()] == [8_000]


def describe(council: Council, at: dt.datetime, *, owes_vat: bool) -> None:
    billing = OWES_VAT._replace(is_vat_payer=owes_vat)
    describe_billing(council=council, billing=billing, by=DELPHINE, at=at)


def refund(till: Till, order: Order) -> None:
    """Give a whole sale back, two days after it."""
    till.simulator.pull("clock/advance", to=(till.at + 2 * A_DAY).isoformat())
    by = make_merchant_user("Opale")
    request_refund(order=order, amount_cents=order.gross_cents, by=by, at=till.at + 2 * A_DAY)
    till.jobs.catch_up()
    till.settle()


def record_sale(shop: Merchant, *, collected_at: dt.datetime, received_at: dt.datetime) -> None:
    """Sell for 100.00, with 40.00 for the council."""
    make_sale(
        make_campaign(shop, {"north": 10_000}, at=collected_at),
        at=collected_at,
        received_at=received_at,
    )


@begins_with(None)
def test_earnings_before_the_mandate_are_not_taken_back_with_tax(
    till: Till, shop: Merchant, council: Council
) -> None:
    Council.objects.update(self_billing_since=till.at + A_DAY)
    order = till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    refund(till, order)
    for at in (DECEMBER, JANUARY):
        clock.bill(at=at)
    assert bills() == []
    assert books("vat.input") == 0


def test_end_of_the_mandate_bills_until_that_moment(
    till: Till, council: Council, committing: Committing
) -> None:
    ended_at = till.at + A_DAY
    with committing():
        describe(council, ended_at, owes_vat=False)
    assert bills() == [(f"R2026-{council.reference}-00001", 8_000, 1_600)]
    bill = Statement.objects.get()
    assert (bill.made_at, bill.last_day) == (ended_at, dt.date(2026, 11, 26))
    assert bill.council_as_it_was["vat_number"] == "FR44732829320"
    till.jobs.run()
    bill.refresh_from_db()
    assert bill.pdf
    assert not goes_on(bill)
    clock.bill(at=DECEMBER)
    assert len(bills()) == 1


@begins_with(None)
def test_earnings_earlier_on_the_day_of_the_mandate_are_not_billed(
    till: Till, shop: Merchant, council: Council
) -> None:
    Council.objects.update(self_billing_since=till.at)
    record_sale(shop, collected_at=till.at - A_MINUTE, received_at=till.at - A_MINUTE)
    record_sale(shop, collected_at=till.at, received_at=till.at)
    clock.bill(at=DECEMBER)
    assert [(net, vat) for _, net, vat in bills()] == [(4_000, 800)]


def test_off_and_on_again_bills_nothing_twice(till: Till, shop: Merchant, council: Council) -> None:
    describe(council, till.at + A_MINUTE, owes_vat=False)
    describe(council, till.at + 2 * A_MINUTE, owes_vat=True)
    record_sale(shop, collected_at=till.at + 3 * A_MINUTE, received_at=till.at + 3 * A_MINUTE)
    for at in (DECEMBER, JANUARY):
        clock.bill(at=at)
    assert [(net, vat) for _, net, vat in bills()] == [(8_000, 1_600), (4_000, 800)]


@begins_with(None)
def test_a_second_mandate_bills_from_its_own_first_day_on_in_the_name_of_now(
    till: Till, shop: Merchant, council: Council
) -> None:
    describe(council, till.at - 10 * A_DAY, owes_vat=False)
    moved = OWES_VAT._replace(street="5 rue des Lilas")
    describe_billing(council=council, billing=moved, by=DELPHINE, at=till.at - A_DAY)
    sell(till, shop)
    clock.bill(at=DECEMBER)
    bill = Statement.objects.get()
    assert (bill.first_day, bill.net_cents) == (dt.date(2026, 11, 24), 8_000)
    assert bill.council_as_it_was["street"] == "5 rue des Lilas"


def test_refund_after_a_mandate_takes_tax_back(till: Till, council: Council, order: Order) -> None:
    describe(council, till.at + A_MINUTE, owes_vat=False)
    refund(till, order)
    for at in (DECEMBER, JANUARY):
        clock.bill(at=at)
    assert [(net, vat) for _, net, vat in bills()] == [(8_000, 1_600), (-8_000, -1_600)]
    assert books("vat.input") == 0
    paper = paper_of_bill(Statement.objects.order_by("pk").last())  # type: ignore[arg-type]
    assert paper.kind == Kind.SELF_BILLED_CREDIT
    assert paper.seller.vat_number == "FR44732829320"
    assert judges.faults(cii.write(paper)) == []


@begins_with(None)
def test_a_mandate_that_ended_before_anything_was_billed_bills_nothing(
    till: Till, shop: Merchant, council: Council
) -> None:
    describe(council, till.at - A_DAY, owes_vat=False)
    sell(till, shop)
    clock.bill(at=DECEMBER)
    assert bills() == []
    assert not Case.objects.exists()


def test_late_sale_of_an_ended_mandate_is_billed(
    till: Till, shop: Merchant, council: Council
) -> None:
    describe(council, till.at + A_MINUTE, owes_vat=False)
    record_sale(shop, collected_at=till.at, received_at=till.at + A_DAY)
    record_sale(shop, collected_at=till.at + A_MINUTE, received_at=till.at + A_DAY)
    for at in (DECEMBER, JANUARY):
        clock.bill(at=at)
    assert [(net, vat) for _, net, vat in bills()] == [(8_000, 1_600), (4_000, 800)]
    late = Statement.objects.order_by("pk").last()
    assert late
    assert late.council_as_it_was["vat_number"] == "FR44732829320"


@begins_with(None)
def test_late_sale_is_billed_in_the_old_name(till: Till, shop: Merchant, council: Council) -> None:
    describe(council, till.at + A_MINUTE, owes_vat=False)
    record_sale(shop, collected_at=till.at, received_at=till.at + A_DAY)
    clock.bill(at=DECEMBER)
    assert [(net, vat) for _, net, vat in bills()] == [(4_000, 800)]
    assert Statement.objects.get().council_as_it_was["vat_number"] == "FR44732829320"
    assert not Case.objects.exists()
