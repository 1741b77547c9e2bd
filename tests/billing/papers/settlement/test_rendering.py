"""The file of an invoice: made once after the commit, handed to its merchant and to operators."""

import datetime as dt
import hashlib
import io

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from billing.models import Invoice
from billing.papers import tasks
from billing.papers.files import cii, hybrid
from billing.papers.queries.invoices import invoice_to_draw, paper_of
from billing.papers.rules import papers
from billing.papers.settlement import rendering
from saas.catalogue.placements.models import Campaign
from tests.billing.papers.files import judges
from tests.factories.billing import make_shop
from tests.fixtures.billing import Till, begins_with, sold
from tests.fixtures.people import Browse, SpaceClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers"), begins_with(sold)]


@pytest.fixture
def invoice(till: Till) -> Invoice:
    return Invoice.objects.get()


def pdf_url(invoice: Invoice) -> str:
    return f"{invoice.get_absolute_url()}pdf/"


def test_invoice_is_drawn_after_its_sale_with_its_sums(till: Till, invoice: Invoice) -> None:
    assert invoice.pdf == ""
    till.jobs.catch_up()
    invoice.refresh_from_db()
    with default_storage.open(invoice.pdf) as save:
        pdf = save.read()
    assert invoice.pdf.startswith("public/invoices/")
    assert invoice.pdf.endswith(".pdf")
    assert hashlib.sha256(pdf).hexdigest() == invoice.pdf_sha256
    data = hybrid.data_of(pdf)
    assert hashlib.sha256(data).hexdigest() == invoice.xml_sha256
    assert judges.faults(data) == []
    assert invoice.state == "sent"


def test_rendering_locks_an_invoice_without_holding_up_its_rows(invoice: Invoice) -> None:
    with CaptureQueriesContext(connection) as queries:
        tasks.render_invoice(invoice.pk)
    [lock] = [query["sql"] for query in queries if " FOR " in query["sql"]]
    assert lock.endswith('FOR NO KEY UPDATE OF "billing_invoice"')


def test_a_second_job_changes_nothing_and_leaves_no_file(invoice: Invoice) -> None:
    tasks.render_invoice(invoice.pk)
    save = default_storage.listdir("public/invoices")[1]
    tasks.render_invoice(invoice.pk)
    assert default_storage.listdir("public/invoices")[1] == save


def test_a_job_that_another_overtakes_takes_its_file_away(
    invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = rendering.draw

    def overtaken(paper: papers.Paper, *, at: dt.datetime) -> rendering.Rendered:
        monkeypatch.setattr(rendering, "draw", draw)
        tasks.render_invoice(invoice.pk)
        return draw(paper, at=at)

    monkeypatch.setattr(rendering, "draw", overtaken)
    saved: list[str] = []
    save_paper = rendering.save_paper

    def save(pdf: bytes) -> str:
        saved.append(save_paper(pdf))
        return saved[-1]

    monkeypatch.setattr(rendering, "save_paper", save)
    tasks.render_invoice(invoice.pk)
    invoice.refresh_from_db()
    assert len(saved) == 2
    assert {name.rpartition("/")[0] for name in saved} == {"public/invoices"}
    assert [name for name in saved if default_storage.exists(name)] == [invoice.pdf]


def test_invoice_is_mailed_only_once_its_file_is_there(
    till: Till, invoice: Invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.outbox.clear()
    tasks.send_invoice(invoice.pk)
    assert mail.outbox == []
    till.jobs.catch_up()
    (message,) = mail.outbox
    assert message.subject == f"Votre facture {invoice.number}"
    (attached,) = message.attachments
    assert (attached.filename, attached.mimetype) == (f"{invoice.number}.pdf", "application/pdf")
    assert hashlib.sha256(attached.content).hexdigest() == Invoice.objects.get().pdf_sha256


def test_page_without_a_file_says_so_and_asks_again(invoice: Invoice, desk: SpaceClient) -> None:
    page = desk.get(invoice.get_absolute_url()).content.decode()
    assert "Le PDF se prépare" in page
    assert f'data-poll-url="{invoice.get_absolute_url()}"' in page
    assert desk.get(pdf_url(invoice)).status_code == 404
    tasks.render_invoice(invoice.pk)
    part = desk.get(invoice.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "Télécharger le PDF" in part
    assert "<html" not in part


def test_merchant_gets_the_file(invoice: Invoice, desk: SpaceClient) -> None:
    tasks.render_invoice(invoice.pk)
    answer = desk.get(pdf_url(invoice))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    assert answer["Cache-Control"] == "no-store"
    text = PdfReader(io.BytesIO(answer.getvalue())).pages[0].extract_text()
    assert "Cazal et filles SARL" in text


def test_file_is_served_to_its_merchant_alone(invoice: Invoice, browse: Browse) -> None:
    tasks.render_invoice(invoice.pk)
    other, anonymous = browse(make_shop().owner, space=""), browse(space="")
    for url in (pdf_url(invoice), invoice.get_absolute_url()):
        assert other.get(url).status_code == 404
        assert anonymous.get(url).status_code == 302


def test_a_file_that_the_store_lost_is_drawn_again(invoice: Invoice, desk: SpaceClient) -> None:
    tasks.render_invoice(invoice.pk)
    invoice.refresh_from_db()
    default_storage.delete(invoice.pdf)
    answer = desk.get(pdf_url(invoice))
    assert hashlib.sha256(answer.getvalue()).hexdigest() == invoice.pdf_sha256


def test_discount_and_reverse_charge_come_from_rows(invoice: Invoice, campaign: Campaign) -> None:
    whole = invoice_to_draw(invoice.pk)
    whole.lines.all()[0].list_cents = 15_000
    whole.vat_treatment = "reverse_charge"
    whole.vat_rate_bp = 0
    for line in whole.lines.all():
        line.vat_cents = 0
    whole.buyer = {**whole.buyer, "country": "BE", "siren": "", "vat_number": "BE0123456749"}
    paper = paper_of(whole)
    assert [line.discount_cents for line in paper.lines] == [5_000, 0]
    assert (paper.is_reverse_charge, paper.buyer.country, paper.vat_cents) == (True, "BE", 0)
    data = cii.write(paper)
    assert judges.faults(data) == []
    # Without a SIREN, the buyer's electronic address is the billing e-mail address.
    assert paper.buyer.email == campaign.merchant.billing_email
    assert f'<ram:URIID schemeID="EM">{paper.buyer.email}</ram:URIID>'.encode() in data


def test_the_data_are_those_of_the_rows(invoice: Invoice) -> None:
    paper = paper_of(invoice_to_draw(invoice.pk))
    assert (paper.net_cents, paper.vat_cents) == (invoice.net_cents, invoice.vat_cents)
    assert paper.gross_cents == invoice.gross_cents
    assert invoice.number.encode() in cii.write(paper)
