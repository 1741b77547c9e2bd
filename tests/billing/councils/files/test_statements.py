"""Statements of councils: the content of each line on the page, in the sheet and in the file."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pypdf import PdfReader

from billing.councils import tasks
from billing.councils.actions.statements import make_statement
from billing.councils.files import statements as statement_files
from billing.councils.queries.statements import statement_of
from billing.councils.rules.statements import StatementPage
from billing.councils.settlement import claims
from billing.councils.settlement import statements as council_statements
from billing.ledger import posting
from billing.ledger.rules import postings
from billing.models import Account, Case, Council, Dispute, Sale, Share, Statement
from billing.papers.settlement import rendering
from saas.catalogue.merchants.models import Merchant
from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.values import cells
from tenants.community.council.queries import ledger as desk
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import DELPHINE
from tests.fixtures.billing import Till, begins_with
from tests.fixtures.people import AT

LATER = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
SPACES = str.maketrans("\u00a0\u202f", "  ")


def sold(till: Till) -> None:
    """Sell for 200.00 before VAT, with 80.00 for the council, a fifth of them for AEP."""
    till.active_account(make_council("north", rate_bp=4_000))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    Share.objects.update(aep_bp=2_000)


pytestmark = [pytest.mark.django_db, begins_with(sold)]


@pytest.fixture
def sale(till: Till) -> Sale:
    return Sale.objects.select_related("order").get()


def again(council: Council) -> Council:
    return Council.objects.select_related("tenant").get(pk=council.pk)


def page_of(council: Council, first: dt.date, last: dt.date) -> StatementPage:
    return statement_of(again(council), first_day=first, last_day=last)


def november(council: Council) -> StatementPage:
    return page_of(council, dt.date(2026, 11, 1), dt.date(2026, 11, 30))


def december(council: Council) -> StatementPage:
    return page_of(council, dt.date(2026, 12, 1), dt.date(2026, 12, 31))


def rows_of(page: StatementPage, at: dt.datetime = LATER) -> list[dict[str, str]]:
    text = statement_files.csv(page, at=at)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def text_of(page: StatementPage, at: dt.datetime) -> str:
    pages = PdfReader(io.BytesIO(statement_files.pdf(page, at=at))).pages
    text = " ".join(page.extract_text() for page in pages)
    return " ".join(text.translate(SPACES).split())


def test_a_sale_is_a_line_with_its_merchant_and_terms(council: Council) -> None:
    page = november(council)
    (line,) = page.movements
    assert (line.words, line.cents, line.about.merchant) == ("Part gagnée", 8_000, "Maison Cazal")
    assert (line.about.rate_bp, line.about.terms_version) == (4_000, 1)
    assert (line.amount.aep_cents, line.amount.asc_cents) == (1_600, 6_400)
    assert (page.opening.cents, page.closing.cents) == (0, 8_000)


def test_held_share_says_until_when(council: Council) -> None:
    (waiting,) = november(council).waiting
    assert waiting.cents == 8_000
    assert waiting.why == "retenue jusqu’au 09/12/2026, fin du délai de remboursement"


def test_transferred_share_says_when_and_by_which_transfer(till: Till, council: Council) -> None:
    till.let_shares_leave()
    page = december(council)
    assert page.opening.cents == 8_000
    (line,) = page.movements
    assert (line.words, line.cents) == ("Reversement", -8_000)
    assert line.stripe_id.startswith("tr_")
    assert (page.closing.cents, page.closing.aep_cents, page.waiting) == (0, 0, ())
    (waiting,) = november(council).waiting
    assert waiting.why == "reversée depuis, le 09/12/2026"


def test_a_refund_is_a_line_below_nothing(till: Till, council: Council, sale: Sale) -> None:
    till.give_back(sale.order, 8_000)
    page = november(council)
    assert [line.cents for line in page.movements] == [8_000, -2_667]
    assert page.movements[1].words == "Part reprise après remboursement"
    assert (page.earned.cents, page.sent.cents, page.closing.cents) == (5_333, 0, 5_333)


def test_claim_of_a_bank_is_no_refund(council: Council, sale: Sale) -> None:
    share = Share.objects.get()
    lines = postings.claimed(
        cents=8_000, council_id=council.pk, sale_id=sale.pk, sits=Account.SHARE_HELD
    )
    key = claims.key_of(claims.because_of_dispute(Dispute()), share, Account.SHARE_HELD)
    posting.post(key, lines, kind="claimed", at=AT + dt.timedelta(hours=1))
    page = november(council)
    assert page.movements[-1].words == "Part reprise après un litige perdu"
    assert page.earned.cents == 0
    here = {council.reference: council.name}
    with schema.inside("north"):
        (lost,), _ = desk.ledger_page(desk.Filters(kind="lost"), "1", councils=here)
        refunds, _ = desk.ledger_page(desk.Filters(kind="claimed"), "1", councils=here)
    assert (lost.kind_words, lost.cents, lost.is_loss) == ("Litige perdu", -8_000, True)
    assert refunds == []


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"account_state": "none", "stripe_account": ""}, "attend que le compte Stripe"),
        (
            {"account_state": "no_legal_personality", "stripe_account": ""},
            "attend que le CSE ait la personnalité morale",
        ),
        ({}, "attend que le CSE signe ses conditions"),
    ],
)
def test_share_that_waits_for_its_council_says_for_what(
    council: Council, sale: Sale, state: dict[str, str], why: str
) -> None:
    Council.objects.filter(pk=council.pk).update(**state)
    Share.objects.update(state="waiting_account", release_at=sale.collected_at)
    (waiting,) = november(council).waiting
    assert waiting.why.startswith(why)


def test_days_are_those_of_the_space(council: Council, sale: Sale) -> None:
    """Half past eleven in the evening in Paris is half past ten by the clock of the books."""
    late = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    posting.post(
        "late", postings.shared(shares={council.pk: 100}, sale_id=sale.pk), kind="shared", at=late
    )
    assert [line.cents for line in november(council).movements] == [8_000]
    assert [line.cents for line in december(council).movements] == [100]


def test_a_sheet_says_the_same_as_the_page(till: Till, council: Council) -> None:
    till.let_shares_leave()
    opening, sent, closing = rows_of(december(council))
    assert (opening["Solde"], closing["Solde"]) == ("80,00", "0,00")
    assert (sent["Date"], sent["Nature"], sent["Montant"]) == (
        "09/12/2026",
        "Reversement",
        "-80,00",
    )
    assert (sent["AEP"], sent["ASC"], sent["Commerçant"]) == ("-16,00", "-64,00", "Maison Cazal")
    *_, waiting = rows_of(november(council))
    assert (waiting["En attente"], waiting["Montant"]) == ("80,00", "")


def test_a_period_that_goes_on_is_provisional(council: Council) -> None:
    page = november(council)
    during, after = (dt.datetime(2026, *day, 12, tzinfo=dt.UTC) for day in ((11, 30), (12, 1)))
    assert (
        rows_of(page, during)[2]["Nature"] == "Solde provisoire\u00a0: la période n’est pas finie"
    )
    assert rows_of(page, after)[2]["Nature"] == "Solde à la fin de la période"
    assert "Relevé provisoire du 01/11/2026 au 30/11/2026" in text_of(page, during)
    assert "provisoire" not in text_of(page, after).lower()


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "%0A"])
def test_no_name_becomes_a_formula(name: str, council: Council) -> None:
    Merchant.objects.update(name=name)
    found = rows_of(november(council))[1]["Commerçant"]
    assert found == f"'{' '.join(name.split())}"
    assert cells.text("Boulangerie; « L’Épi »") == "Boulangerie; « L’Épi »"


def test_separators_and_quotes_stay_in_their_cell(council: Council) -> None:
    Merchant.objects.update(name='Le "Bon";\r\nCoin')
    assert rows_of(november(council))[1]["Commerçant"] == 'Le "Bon"; Coin'


def test_the_page_says_all_of_it(council: Council) -> None:
    text = text_of(november(council), AT)
    for words in (
        "Relevé provisoire du 01/11/2026 au 30/11/2026",
        "CSE north",
        "Solde au début de la période",
        "Part gagnée",
        "Maison Cazal · Formule du midi · 40 % du HT, conditions n° 1",
        "16,00 €",
        "64,00 €",
        "+80,00 €",
        "Ce qui attend, et pourquoi",
        "retenue jusqu’au 09/12/2026",
        "L2315-61",
    ):
        assert words.removeprefix("+") in text, words


def test_a_statement_speaks_the_readers_language(council: Council) -> None:
    with translation.override("en"):
        pdf = statement_files.pdf(november(council), at=AT)
    assert str(PdfReader(io.BytesIO(pdf)).root_object["/Lang"]) == "en-GB"


def test_an_empty_month_says_so(council: Council) -> None:
    page = page_of(council, dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert (page.movements, page.opening.cents, page.closing.cents) == ((), 0, 0)
    assert "Aucun mouvement pendant cette période." in text_of(page, AT)


def make(council: Council, first: dt.date, last: dt.date, at: dt.datetime) -> Statement:
    return make_statement(
        council=again(council), first_day=first, last_day=last, by=DELPHINE, at=at
    )


def test_two_clicks_are_one_statement(till: Till, council: Council) -> None:
    first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 25)
    made = make(council, first, last, till.at)
    assert make(council, first, last, till.at + dt.timedelta(seconds=1)) == made
    assert make(council, last, last, till.at) != made
    assert make(council, first, last, till.at + dt.timedelta(hours=1)) != made


def test_statement_is_kept_as_it_was_handed_out(till: Till, council: Council) -> None:
    statement = make(council, dt.date(2026, 11, 1), dt.date(2026, 11, 25), till.at)
    assert council_statements.statement_content(statement) is None
    till.jobs.catch_up()
    statement = Statement.objects.get()
    assert (statement.opening_cents, statement.closing_cents) == (0, 8_000)
    assert (statement.asked_by_name, statement.number) == ("Delphine Marchal", None)
    pdf = council_statements.statement_content(statement)
    assert pdf
    assert rendering.sha256(pdf) == statement.pdf_sha256
    tasks.render_statement(statement.pk)
    assert Statement.objects.get().pdf == statement.pdf
    default_storage.delete(statement.pdf)
    assert council_statements.statement_content(statement) == pdf


def test_altered_statement_is_handed_to_nobody(till: Till, council: Council) -> None:
    make(council, dt.date(2026, 11, 1), dt.date(2026, 11, 25), till.at)
    till.jobs.catch_up()
    statement = Statement.objects.get()
    default_storage.delete(statement.pdf)
    default_storage.save(statement.pdf, ContentFile(b"%PDF-1.7 another sum"))
    with pytest.raises(rendering.PaperAltered):
        council_statements.statement_content(statement)
    assert Case.objects.get().subject == statement.reference
    council_statements.redraw(statement.reference)
    again = council_statements.statement_content(Statement.objects.get())
    assert rendering.sha256(again or b"") == statement.pdf_sha256


def test_a_job_that_another_overtakes_takes_its_file_of_a_statement_away(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = make(council, dt.date(2026, 11, 1), dt.date(2026, 11, 25), till.at)
    keep, saved = rendering.save_paper, []

    def overtaken(pdf: bytes) -> str:
        name = keep(pdf)
        saved.append(name)
        if len(saved) == 1:
            tasks.render_statement(statement.pk)
        return name

    monkeypatch.setattr(rendering, "save_paper", overtaken)
    tasks.render_statement(statement.pk)
    assert len(saved) == 2
    there = [name for name in saved if default_storage.exists(name)]
    assert there == [Statement.objects.get().pdf]


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (dt.date(2026, 11, 2), dt.date(2026, 11, 1), "La fin suit le début"),
        (dt.date(2026, 11, 1), dt.date(2026, 11, 26), "aujourd’hui au plus tard"),
        (dt.date(2020, 1, 1), dt.date(2026, 11, 1), "trois ans au plus"),
    ],
)
def test_a_range_that_no_statement_covers_is_refused(
    council: Council, first: dt.date, last: dt.date, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        make(council, first, last, AT)


def test_long_statement_asks_as_few_questions(till: Till, council: Council, shop: Merchant) -> None:
    council = again(council)
    counts = []
    for _ in range(2):
        till.sell(make_campaign(shop, {"north": 5_000}, at=till.at))
        with CaptureQueriesContext(connection) as queries:
            november(council)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_file_states_days_by_the_clock_of_its_space(till: Till, council: Council) -> None:
    Share.objects.update(release_at=dt.datetime(2026, 12, 8, 23, 30, tzinfo=dt.UTC))
    make(council, dt.date(2026, 11, 1), dt.date(2026, 11, 25), till.at)
    with timezone.override(dt.UTC):
        till.jobs.catch_up()
    pdf = council_statements.statement_content(Statement.objects.get()) or b""
    found = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "09/12/2026" in found
