"""An operator downloads a year's accounting file; for others its page does not exist."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.ledger import posting
from billing.ledger.files import fec
from billing.ledger.rules.postings import Line
from billing.ledger.tasks import read_statement
from billing.models import Account, BankStatement, Case, ClosedYear, Invoice, ManualEntry, Share
from saas.catalogue.merchants.models import Merchant
from tests.factories.billing import make_campaign, make_council
from tests.fixtures.billing import Till
from tests.fixtures.people import SpaceClient
from tests.saas.console.conftest import on_console


@pytest.fixture
def sold(till: Till, shop: Merchant, papers: None) -> Invoice:
    make_council("north")
    till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))
    till.jobs.catch_up()
    return Invoice.objects.get()


def test_the_page_says_what_opens_the_books_and_lists_their_years(
    console: SpaceClient, request: pytest.FixtureRequest
) -> None:
    assert "Pas encore d’écriture" in console.get("/accounting/").content.decode()
    request.getfixturevalue("sold")
    page = console.get("/accounting/").content.decode()
    assert "000000000FEC20261231.txt" in page
    assert "/accounting/2026/fec/" in page


def test_the_file_of_a_year_is_what_the_ledger_says(console: SpaceClient, sold: Invoice) -> None:
    answer = console.get("/accounting/2026/fec/")
    assert answer["Content-Disposition"] == 'attachment; filename="000000000FEC20261231.txt"'
    assert answer["Content-Type"] == "text/plain; charset=iso8859-15"
    text = answer.getvalue().decode("iso8859-15")
    assert text == "".join(fec.write(2026))
    assert fec.faults(text.splitlines(), year=2026) == []
    assert console.get("/accounting/2019/fec/").status_code == 404
    assert b"411000" in console.get("/accounting/2026/journal.csv").getvalue()
    assert b"Assets:A517000" in console.get("/accounting/2026/journal.beancount").getvalue()
    for name in ("2026/journal.exe", "2019/journal.csv"):
        assert console.get(f"/accounting/{name}").status_code == 404


def test_an_operator_gets_an_invoice_as_pdf(console: SpaceClient, sold: Invoice) -> None:
    page = console.get(f"/desk/invoices/{sold.number}/").content.decode()
    assert f"/desk/invoices/{sold.number}/pdf/" in page
    answer = console.get(f"/desk/invoices/{sold.number}/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.getvalue().startswith(b"%PDF-1.7")


@pytest.mark.django_db
def test_a_merchant_finds_neither(sold: Invoice, shop: Merchant) -> None:
    stranger = on_console(shop.owner_id)
    for url in ("/accounting/", "/accounting/2026/fec/", f"/desk/invoices/{sold.number}/pdf/"):
        assert stranger.get(url).status_code == 404


def test_month_is_locked_and_reopened_on_the_page(console: SpaceClient, sold: Invoice) -> None:
    page = console.get("/accounting/").content.decode()
    assert "novembre 2026" in page
    assert console.post("/accounting/2026/11/", {}).status_code == 422  # it is not over
    past = dt.datetime(2026, 10, 5, 12, tzinfo=dt.UTC)
    lines = [Line(Account.BANK, 100), Line(Account.OTHER_INCOME, -100)]
    posting.post("of October", lines, kind="manual", at=past)
    assert console.post("/accounting/2026/10/", {}).status_code == 303
    assert "verrouillé" in console.get("/accounting/").content.decode()
    assert console.post("/accounting/2026/10/", {"reason": ""}).status_code == 422
    assert console.post("/accounting/2026/10/", {"reason": "Facture oubliée"}).status_code == 303
    assert "Facture oubliée" in console.get("/accounting/").content.decode()
    assert console.post("/accounting/2026/13/", {}).status_code == 404


def test_entry_is_proposed_and_posted_by_two_operators(
    console: SpaceClient, sold: Invoice, hire: Callable[[str], int]
) -> None:
    paper = SimpleUploadedFile("facture.pdf", b"%PDF-1.7 %%EOF", content_type="application/pdf")
    typed = {
        "booked_for": "2026-11-20",
        "reason": "Frais de tenue de compte",
        "account_1": "cost.other",
        "debit_1": "12,50",
        "account_2": "bank",
        "credit_2": "12,49",
    }
    refused = console.post("/accounting/entries/new/", {**typed, "paper": paper})
    assert refused.status_code == 422
    assert "0,01" in refused.content.decode()
    assert "Frais de tenue de compte" in refused.content.decode()
    paper.seek(0)
    answer = console.post(
        "/accounting/entries/new/", {**typed, "credit_2": "12,50", "paper": paper}
    )
    entry = ManualEntry.objects.get()
    assert answer["Location"].endswith(f"/accounting/entries/{entry.reference}/")
    url = f"/accounting/entries/{entry.reference}/"
    assert console.post(url, {"post": "1"}).status_code == 422
    other = on_console(hire("Ben"))
    assert other.post(url, {"post": "1"}).status_code == 303
    assert other.get(f"{url}paper/").getvalue().startswith(b"%PDF")
    assert "Proposer l’extourne" in other.get(url).content.decode()
    assert other.post(url, {"reverse": "1", "reason": "Doublon"}).status_code == 303
    listed = other.get("/accounting/entries/").content.decode()
    assert listed.count("EM-") >= 2
    assert "12,50" in other.get("/accounting/2026/fec/").getvalue().decode("iso8859-15")


def test_share_without_an_account_is_settled_on_the_page(
    console: SpaceClient, sold: Invoice, hire: Callable[[str], int]
) -> None:
    share = Share.objects.select_related("council").get()
    url = f"/councils/{share.council.reference}/payment/"
    assert "Rien à régler" in console.get(url).content.decode()
    Share.objects.update(state=Share.State.WAITING_ACCOUNT)
    paper = SimpleUploadedFile("ordre.pdf", b"%PDF-1.7 %%EOF", content_type="application/pdf")
    typed = {"seen_cents": share.amount_cents, "reason": "Moins de 50 salariés"}
    assert console.post(url, {**typed, "paper": paper}).status_code == 422
    paper.seek(0)
    answer = console.post(url, {**typed, "way": "transfer", "paper": paper})
    entry = ManualEntry.objects.get()
    assert answer["Location"].endswith(entry.reference + "/")
    assert entry.reference in console.get(url).content.decode()
    other = on_console(hire("Ben"))
    page = f"/accounting/entries/{entry.reference}/"
    assert share.council.name in other.get(page).content.decode()
    assert other.post(page, {"post": "1"}).status_code == 303
    assert Share.objects.get().state == "netted"
    assert "Extourner" not in other.get(page).content.decode()


def read_statements() -> None:
    """Do the job of each statement that waits."""
    for statement in BankStatement.objects.filter(first_day=None, failure=""):
        read_statement.run(statement.pk)


def test_statement_of_the_bank_is_seen_before_it_is_imported(
    console: SpaceClient, sold: Invoice
) -> None:
    assert "Aucun relevé" in console.get("/accounting/bank/").content.decode()
    content = "Date;Libellé;Montant\n20/11/2026;Frais de tenue;-12,50\n21/11/2026;Inconnu;3,00\n"
    file = SimpleUploadedFile("releve.csv", content.encode(), content_type="text/csv")
    answer = console.post("/accounting/bank/", {"file": file})
    assert answer.status_code == 303
    url = answer["Location"]
    assert "Nous lisons ce relevé" in console.get(url).content.decode()
    assert console.get(f"{url}?seen=reading").status_code == 204
    assert console.post(url, {"import": "1"}).status_code == 422
    read_statements()
    assert console.get(f"{url}?seen=reading")["HX-Redirect"] == url
    shown = console.get(url).content.decode()
    assert "Frais de la banque" in shown
    assert "un cas s’ouvre" in shown
    assert console.post(url, {"import": "1"}).status_code == 303
    assert console.post(url, {"import": "1"}).status_code == 422
    assert console.post(url, {"drop": "1"}).status_code == 422
    shown = console.get(url).content.decode()
    case = Case.objects.get(kind="bank")
    assert case.reference in shown
    assert (
        "Virement interne de Stripe"
        in console.get(f"/reconciliation/{case.reference}/").content.decode()
    )
    assert console.post(f"/reconciliation/{case.reference}/", {"fault": "OURS"}).status_code == 303
    assert "1 ligne" in console.get("/accounting/bank/").content.decode()
    bad = SimpleUploadedFile("x.csv", b"nothing", content_type="text/csv")
    unread = console.post("/accounting/bank/", {"file": bad})["Location"]
    assert "en cours de lecture" in console.get("/accounting/bank/").content.decode()
    read_statements()
    assert "reconnaissons pas ce relevé" in console.get(unread).content.decode()
    assert "illisible" in console.get("/accounting/bank/").content.decode()
    assert console.post(unread, {"drop": "1"})["Location"] == "/accounting/bank/"


def test_vat_and_duties_are_on_their_pages(console: SpaceClient, sold: Invoice) -> None:
    page = console.get("/accounting/2026/11/vat/").content.decode()
    assert "08 Taux normal" in page
    assert "Égal aux comptes" in page
    assert console.post("/accounting/2026/11/vat/", {}).status_code == 422  # it is not over
    assert "445710" in console.get("/accounting/2026/11/vat/08/").content.decode()
    assert "Aucune écriture" in console.get("/accounting/2026/11/vat/21/").content.decode()
    for url in (
        "/accounting/2026/13/vat/",
        "/accounting/2019/1/vat/",
        "/accounting/2019/1/vat/08/",
    ):
        assert console.get(url).status_code == 404
    assert "CA3" in console.get("/accounting/duties/").content.decode()
    assert console.post("/accounting/duties/", {"sale": "1"}).status_code == 422
    assert console.post("/accounting/2026/cut-off/", {}).status_code == 303
    assert console.post("/accounting/2019/cut-off/", {}).status_code == 404


def test_kept_file_that_was_altered_is_not_handed_out(
    console: SpaceClient, sold: Invoice, agathe: int
) -> None:
    content = b"kept"
    ClosedYear.objects.create(
        year=2026,
        by_id=agathe,
        at=sold.issued_at,
        file=default_storage.save("books/kept.txt", ContentFile(content)),
        file_name="x.txt",
        sha256=hashlib.sha256(content).hexdigest(),
        entries=1,
        result_cents=0,
    )
    assert console.get("/accounting/2026/fec/").getvalue() == content
    name = ClosedYear.objects.get().file
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"changed"))
    refused = console.get("/accounting/2026/fec/")
    assert refused.status_code == 303
    assert Case.objects.filter(kind="paper").exists()


def test_papers_of_a_month_come_with_an_index(console: SpaceClient, sold: Invoice) -> None:
    answer = console.get("/accounting/2026/11/papers.zip")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert archive.read(f"factures/{sold.number}.pdf").startswith(b"%PDF")
        index = archive.read("index.csv").decode()
    assert sold.number in index
    assert f"{sold.net_cents // 100},{sold.net_cents % 100:02d}" in index
    for url in ("/accounting/2019/1/papers.zip", "/accounting/2026/13/papers.zip"):
        assert console.get(url).status_code == 404
    Invoice.objects.update(pdf_sha256="0" * 64)
    assert console.get("/accounting/2026/11/papers.zip").status_code == 303
