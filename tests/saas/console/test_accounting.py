"""An operator downloads a year's accounting file; for others its page does not exist."""

import pytest

from billing.ledger.files import fec
from billing.models import Invoice
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
