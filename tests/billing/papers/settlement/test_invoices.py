"""Contents of an invoice, and the day on which it was written."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

import pytest
from django.utils import translation

from billing.adjustments.settlement import refunds
from billing.ledger.actions.periods import lock_month
from billing.ledger.rules.split import Split
from billing.models import (
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    LedgerTransaction,
    Order,
    OrderLine,
    Sale,
)
from billing.orders.settlement import payments
from billing.papers.files import cii
from billing.papers.queries.invoices import invoice_to_draw, paper_of
from billing.papers.settlement import invoices
from billing.stripe.gateway import reads
from billing.stripe.gateway.values import Session
from saas.catalogue.merchants.models import Merchant
from tests.billing.papers.files import judges
from tests.factories.billing import make_campaign, make_paid_session, make_sale
from tests.factories.stripe_objects import stripe_refund_of
from tests.fixtures.people import AT, make_user

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)


def collected(session: Session, at: dt.datetime) -> Session:
    """The same session, its charge made at another moment."""
    assert session.intent
    assert session.intent.charge
    charge = dataclasses.replace(session.intent.charge, created_at=at)
    return dataclasses.replace(session, intent=dataclasses.replace(session.intent, charge=charge))


def test_a_merchant_who_reads_english_has_an_invoice_in_french(shop: Merchant) -> None:
    with translation.override("en"):
        make_sale(make_campaign(shop, {"north": 1_500}, at=AT), at=AT)
    (line,) = InvoiceLine.objects.values_list("description", flat=True)
    assert ", fil d’accueil, du " in line
    assert line.endswith(" jours)")
    assert line == OrderLine.objects.get().description


def test_buyer_is_written_as_on_the_day_of_the_invoice(shop: Merchant) -> None:
    Merchant.objects.update(
        country="BE", vat_number="BE0123456749", siren="", seat_street="2 rue Haute"
    )
    Merchant.objects.update(seat_postcode="1000", seat_city="Bruxelles")
    shop.refresh_from_db()
    make_sale(make_campaign(shop, {"north": 1_500}, at=AT), at=AT)
    Merchant.objects.update(legal_name="Another name", country="FR")
    assert Invoice.objects.get().buyer == {
        "name": "Cazal et filles SARL",
        "trade_name": "Maison Cazal",
        "street": "2 rue Haute",
        "postcode": "1000",
        "city": "Bruxelles",
        "siren": "",
        "vat_number": "BE0123456749",
        "country": "BE",
        "email": shop.billing_email,
    }


def test_days_that_moved_are_named_in_french_too(shop: Merchant) -> None:
    with translation.override("en"):
        payment_id, session = make_paid_session(make_campaign(shop, {"north": 1_500}, at=AT), at=AT)
        before = OrderLine.objects.get().description
        payments.apply_snapshot(payment_id, collected(session, AT + 10 * A_DAY), at=AT + 10 * A_DAY)
    (line,) = InvoiceLine.objects.values_list("description", flat=True)
    assert line != before
    assert " au " in line
    assert line.endswith(" jours)")


def pay(shop: Merchant, *, collected_at: dt.datetime, received_at: dt.datetime) -> Invoice:
    """Return the invoice of a campaign that was paid at a moment and reported to us later."""
    campaign = make_campaign(shop, {"north": 1_500}, at=collected_at)
    sale = make_sale(campaign, at=collected_at, received_at=received_at)
    return invoice_to_draw(Invoice.objects.get(sale=sale).pk)


def test_a_payment_that_is_found_late_has_the_invoice_of_its_own_day(shop: Merchant) -> None:
    first = pay(shop, collected_at=AT, received_at=AT + 2 * A_DAY)
    assert (first.number, first.issued_at, first.paid_at) == ("F2026-00001", AT, AT)
    paper = paper_of(first)
    assert (paper.issued_on, paper.paid_on) == (dt.date(2026, 11, 25), dt.date(2026, 11, 25))
    assert judges.faults(cii.write(paper)) == []
    booked = LedgerTransaction.objects.get(kind="invoiced")
    assert booked.occurred_at == first.issued_at


def test_a_year_that_is_over_takes_a_late_invoice_until_its_month_is_locked(shop: Merchant) -> None:
    last_hour = dt.datetime(2026, 12, 31, 22, 59, tzinfo=dt.UTC)
    received_at = dt.datetime(2027, 1, 3, 9, tzinfo=dt.UTC)
    late = pay(shop, collected_at=last_hour, received_at=received_at)
    assert (late.number, late.issued_at) == ("F2026-00001", last_hour)
    december = dt.date(2026, 12, 1)
    lock_month(month=december, by=make_user("Ada"), at=received_at)
    later = pay(shop, collected_at=last_hour, received_at=received_at)
    assert (later.number, later.issued_at, later.paid_at) == ("F2027-00001", received_at, last_hour)


def test_a_later_number_is_never_of_an_earlier_moment(shop: Merchant) -> None:
    pay(shop, collected_at=AT + A_DAY, received_at=AT + A_DAY)
    behind = pay(shop, collected_at=AT, received_at=AT + 2 * A_DAY)
    assert (behind.number, behind.issued_at) == ("F2026-00002", AT + A_DAY)
    after = pay(shop, collected_at=AT + 2 * A_DAY, received_at=AT + 2 * A_DAY)
    assert (after.number, after.issued_at) == ("F2026-00003", AT + 2 * A_DAY)
    assert InvoiceSeries.objects.get().last_issued_at == AT + 2 * A_DAY


def test_a_refund_received_late_has_the_credit_note_of_its_own_day(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice = pay(shop, collected_at=AT, received_at=AT)
    payment = invoice.sale.payment
    returned = stripe_refund_of(payment, AT + A_DAY, amount_cents=600, balance_transaction="")
    monkeypatch.setattr(reads, "refunds_of", lambda _: [returned])
    refunds.sync(payment.pk, at=dt.datetime(2027, 1, 2, 9, tzinfo=dt.UTC))
    note = Invoice.objects.get(kind="credit_note")
    assert (note.number, note.issued_at, note.paid_at) == (
        "A2026-00001",
        AT + A_DAY,
        AT + A_DAY,
    )
    assert judges.faults(cii.write(paper_of(invoice_to_draw(note.pk)))) == []
    assert LedgerTransaction.objects.get(kind="credited").occurred_at == AT + A_DAY
    assert Invoice.objects.get(kind="invoice").state == "credited_partly"


def test_a_credit_note_is_never_of_a_day_before_its_invoice(shop: Merchant) -> None:
    pay(shop, collected_at=AT + A_DAY, received_at=AT + A_DAY)
    invoice = pay(shop, collected_at=AT, received_at=AT + A_DAY)
    note = invoices.credit(invoice.sale, None, Split(500, 100), returned_at=AT, at=AT)
    assert (note.issued_at, note.paid_at) == (AT + A_DAY, AT)


def test_lines_of_an_order_that_knew_only_the_sum_of_its_tax_have_each_their_part(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = invoices.issue

    def issue_of_old(
        sale: Sale, order: Order, lines: Sequence[OrderLine], *, at: dt.datetime
    ) -> Invoice:
        for line in lines:
            line.vat_cents = None
        return issue(sale, order, lines, at=at)

    monkeypatch.setattr(invoices, "issue", issue_of_old)
    make_sale(make_campaign(shop, {"north": 1_000, "south": 2_001}, at=AT), at=AT)
    lines = InvoiceLine.objects.order_by("net_cents").values_list("net_cents", "vat_cents")
    assert list(lines) == [(1_000, 200), (2_001, 400)]
