"""An accountant's walk on the console: from a month's end to a locked year, without a shell."""

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from billing.ledger import posting
from billing.ledger.files import fec
from billing.ledger.queries.balances import sums_at
from billing.ledger.rules import postings
from billing.ledger.rules.postings import Line
from billing.models import Account, Case, ClosedYear, ManualEntry, Payout
from saas.catalogue.merchants.models import Merchant
from tests.fixtures.people import SpaceClient
from tests.saas.console.books.test_accounting import read_statements
from tests.saas.console.conftest import on_console

YEAR = 2025
NOON = dt.datetime(YEAR, 11, 20, 12, tzinfo=dt.UTC)
STATEMENT = (
    "Date;Libellé;Montant;Référence\n25/11/2025;VIR STRIPE po_1;119,00;A1\n"
    "28/11/2025;Frais de tenue de compte;-12,50;A2\n30/11/2025;Remise inconnue;3,00;A3\n"
)


def book_november(shop: Merchant) -> None:
    """Book a sale of 100.00 before VAT that was collected and paid out to our bank."""
    owed = Line(Account.RECEIVABLE, 12_000, merchant_id=shop.pk)
    sale = [owed, Line(Account.REVENUE_PLACEMENT, -10_000), Line(Account.VAT_OUTPUT, -2_000)]
    events = {
        "invoiced": sale,
        "captured": [Line(Account.STRIPE_BALANCE, 12_000), owed._replace(cents=-12_000)],
        "fee": [Line(Account.FEES_STRIPE, 100), Line(Account.STRIPE_BALANCE, -100)],
        "paid_out": postings.paid_out(cents=11_900, payout="po_1"),
    }
    for kind, lines in events.items():
        posting.post(f"walk:{kind}", lines, kind=kind, at=NOON)
    day = dt.date(YEAR, 11, 25)
    Payout.objects.create(
        stripe_id="po_1", state="paid", amount_cents=11_900, arrives_on=day, made_at=NOON
    )


def post_all(client: SpaceClient) -> int:
    """Post each proposed entry by its page."""
    found = list(ManualEntry.objects.filter(state="proposed").values_list("reference", flat=True))
    for reference in found:
        answer = client.post(f"/accounting/entries/{reference}/", {"post": "1"})
        assert answer.status_code == 303
    return len(found)


def test_accountant_closes_a_year_on_the_console(
    console: SpaceClient, hire: Callable[[str], int], shop: Merchant
) -> None:
    other = on_console(hire("Ben"))
    book_november(shop)

    file = SimpleUploadedFile("releve.csv", STATEMENT.encode(), content_type="text/csv")
    statement = console.post("/accounting/bank/", {"file": file})["Location"]
    read_statements()
    assert "po_1" in console.get(statement).content.decode()
    assert console.post(statement, {"import": "1"}).status_code == 303
    case = Case.objects.get(kind="bank")
    assert console.post(f"/reconciliation/{case.reference}/", {"fault": "OURS"}).status_code == 303
    assert console.post(f"/accounting/{YEAR}/11/vat/", {}).status_code == 303
    assert post_all(other) == 2
    assert not Case.objects.filter(state="open").exists()

    early = console.post(f"/accounting/{YEAR}/close/", {"confirmed": YEAR})
    assert early.status_code == 422  # its months are open
    for month in range(1, 13):
        assert console.post(f"/accounting/{YEAR}/{month}/", {}).status_code == 303
    assert console.post(f"/accounting/{YEAR}/close/", {"confirmed": YEAR}).status_code == 303
    with zipfile.ZipFile(
        io.BytesIO(console.get(f"/accounting/{YEAR}/11/papers.zip").getvalue())
    ) as papers:
        [bank_file] = [name for name in papers.namelist() if name.startswith("banque/")]
        assert papers.read(bank_file).decode() == STATEMENT
        assert bank_file in papers.read("index.csv").decode()
    closed = ClosedYear.objects.get()
    content = console.get(f"/accounting/{YEAR}/fec/").getvalue()
    assert hashlib.sha256(content).hexdigest() == closed.sha256
    [piece] = {
        line.split("\t")[8]
        for line in content.decode("latin-1").splitlines()
        if "\t512000\t" in line
    }
    assert bank_file == f"banque/{piece}.csv"
    assert fec.faults(content.decode(fec.ENCODING).splitlines(), year=YEAR) == []

    typed = {
        "booked_for": f"{YEAR}-12-15",
        "reason": "Facture oubliée",
        "account_1": "cost.other",
        "debit_1": "8,00",
        "account_2": "bank",
        "credit_2": "8,00",
        "paper": SimpleUploadedFile("f.pdf", b"%PDF-1.7 %%EOF", content_type="application/pdf"),
    }
    assert console.post("/accounting/entries/new/", typed).status_code == 303
    assert post_all(other) == 1
    assert console.get(f"/accounting/{YEAR}/fec/").getvalue() == content

    sums = sums_at(dt.datetime(YEAR + 1, 12, 31, tzinfo=dt.UTC))
    assert sums[Account.BANK] == 11_900 - 1_250 + 300 - 800
    assert sums.get(Account.BANK_TRANSIT, 0) == sums.get(Account.VAT_OUTPUT, 0) == 0
    assert sums[Account.VAT_PAYABLE] == -2_000
    assert sum(sums.values()) == 0
