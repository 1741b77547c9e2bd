"""An operator follows electronic invoices on the console, and acts on those that wait."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import LazySettings

from billing import clock
from billing.einvoicing import queries
from billing.einvoicing.gateway.platform import Supplied
from billing.einvoicing.gateway.stand_in import StandIn
from billing.models import EInvoice, Invoice
from billing.papers.settlement import rendering
from tests.factories.billing import make_campaign, make_sale, make_shop
from tests.fixtures.people import AT, SpaceClient


@pytest.fixture
def stand_in(settings: LazySettings, tmp_path: Path) -> StandIn:
    settings.DATA_DIR = tmp_path
    return StandIn()


@pytest.fixture
def paper(papers: None, stand_in: StandIn) -> Invoice:
    sale = make_sale(make_campaign(make_shop(), {"north": 1_500}, at=AT), at=AT, received_at=AT)
    paper = Invoice.objects.get(sale=sale)
    rendering.render(paper.pk, at=AT)
    return paper


def test_operator_follows_and_answers_on_the_console(
    console: SpaceClient, paper: Invoice, stand_in: StandIn
) -> None:
    assert "Aucun document" in console.get("/accounting/einvoices/").content.decode()
    stand_in.plan("rejected")
    stand_in.supply(Supplied("flow-9", "Imprimerie Vasseur", "732829320", "118", 12_400, b"%PDF"))
    clock.exchange(at=AT)
    page = console.get("/accounting/einvoices/").content.decode()
    assert paper.number in page
    assert "Imprimerie Vasseur 118" in page
    assert paper.number not in console.get("/accounting/einvoices/?state=received").content.decode()
    row = EInvoice.objects.get(invoice=paper)
    address = f"/accounting/einvoices/{row.reference}/"
    assert "SIREN inconnu" in console.get(address).content.decode()
    assert console.post(address, {"act": "again"}).status_code == 303
    assert console.post(address, {"act": "again"}).status_code == 422
    clock.exchange(at=AT + dt.timedelta(days=400))
    row.refresh_from_db()
    assert row.state == "received"
    bill = EInvoice.objects.get(kind="supplier")
    address = f"/accounting/einvoices/{bill.reference}/"
    assert console.get(f"{address}file/").getvalue() == b"%PDF"
    answer = console.post(address, {"act": "refused", "reason": ""})
    assert answer.status_code == 422
    assert "Un refus a un motif" in answer.content.decode()
    assert console.post(address, {"act": "refused", "reason": "Pas commandé"}).status_code == 303


def test_credit_note_has_its_own_day_and_sign(
    console: SpaceClient, paper: Invoice, stand_in: StandIn
) -> None:
    clock.exchange(at=AT + dt.timedelta(days=30))
    row = EInvoice.objects.select_related("invoice").get(invoice=paper)
    assert queries.row_of(row).day == dt.date(2026, 11, 25)
    paper.kind = Invoice.Kind.CREDIT_NOTE
    row.invoice = paper
    found = queries.row_of(row)
    assert (found.kind, found.cents) == ("Avoir émis", -paper.gross_cents)
    page = console.get("/accounting/einvoices/").content.decode()
    assert "Facture émise · 25/11/2026" in page
