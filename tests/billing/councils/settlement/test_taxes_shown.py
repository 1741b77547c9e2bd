"""The VAT of an invoice in a council's name, shown on mails, books, statements, banks."""

import datetime as dt

from django.core import mail

from billing import clock
from billing.councils.queries.endings import obstacles
from billing.councils.queries.payouts import payout_trace
from billing.councils.queries.statements import statement_of
from billing.councils.settlement import payouts
from billing.ledger.queries.accounting import book_rows
from billing.ledger.rules import chart
from billing.ledger.settlement.numbering import number_entries
from billing.models import Case, Council, Order, OwnPayout, Reconciliation, Statement, TaxPayment
from saas.kernel import schema
from tests.billing.councils.settlement.test_taxes import DECEMBER, HOLD_OVER, JANUARY, sold, tax
from tests.fixtures.billing import BALANCED, Till, begins_with

pytestmark = [*BALANCED, begins_with(sold)]


def test_the_night_explains_it(till: Till) -> None:
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    till.simulator.pull("clock/advance", days="1")
    clock.compare(at=HOLD_OVER + dt.timedelta(days=1))
    assert Reconciliation.objects.get().state == "agrees"
    assert not Case.objects.exists()


def test_tax_is_mailed_to_its_council_once(till: Till) -> None:
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    till.jobs.catch_up()
    number = Statement.objects.get().number
    (message,) = [one for one in mail.outbox if one.subject == f"La TVA de votre facture {number}"]
    assert message.to == ["cse@north.example"]
    assert "16,00" in str(message.body)
    assert tax().stripe_id not in str(message.body)


def test_tax_is_an_obstacle_either_way(till: Till, council: Council, order: Order) -> None:
    till.let_shares_leave(HOLD_OVER)
    clock.bill(at=DECEMBER)
    (sentence,) = obstacles(council.tenant_id, HOLD_OVER)
    assert "16,00" in sentence
    till.let_shares_leave(HOLD_OVER)
    assert obstacles(council.tenant_id, HOLD_OVER) == []
    till.give_back(order, 24_000)
    clock.bill(at=JANUARY)
    (sentence,) = obstacles(council.tenant_id, JANUARY)
    assert "16,00" in sentence


def test_tax_is_found_in_the_payout_that_takes_it_to_the_bank(till: Till, council: Council) -> None:
    account = council.stripe_account
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    TaxPayment.objects.update(done_at=till.at)  # it came before the share, whatever the second
    till.simulator.pull("balance", account=account, available="9000")
    first = pay_out(till, council, account)
    till.simulator.pull("balance", account=account, available="600")
    second = pay_out(till, council, account)
    traces = [payout_trace(stripe_id) for stripe_id in (first, second)]
    found = [(trace.merchants, trace.tax_cents, trace.other_cents) for trace in traces if trace]
    assert found == [([("Maison Cazal", 7_400)], 1_600, 0), ([("Maison Cazal", 600)], 0, 0)]
    with schema.inside("north"):
        own = OwnPayout.objects.order_by("pk").values_list("tax_cents", flat=True)
        assert list(own) == [1_600, 0]


def pay_out(till: Till, council: Council, account: str) -> str:
    """Pay out an account's whole available balance to its bank, and return the payout's id."""
    stripe_id = str(till.simulator.pull("payouts/now", account=account)["payout"]["id"])
    payouts.sync(stripe_id, account=account, council_id=council.pk, at=HOLD_OVER)
    return stripe_id


def test_accountants_read_it_in_the_journal_of_what_was_sent(till: Till, council: Council) -> None:
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    number_entries(at=DECEMBER)
    rows = [row for row in book_rows(2026) if row.kind == "tax_sent"]
    assert {(row.account.value, row.cents, row.auxiliary) for row in rows} == {
        ("share.due", 1_600, council.reference),
        ("stripe.balance", -1_600, council.reference),
    }
    assert (chart.journal_of("tax_sent").name, chart.words_of("tax_sent")) == ("SENT", "TVA versée")


def test_a_statement_names_it_among_what_was_sent(till: Till) -> None:
    clock.bill(at=DECEMBER)
    whole = Council.objects.select_related("tenant").get()
    days = {"first_day": dt.date(2026, 12, 1), "last_day": dt.date(2026, 12, 5)}
    waiting = statement_of(whole, **days).waiting
    assert [one.why for one in waiting if not one.about.merchant] == [
        "TVA de vos factures\u00a0: retenue avec les parts jusqu’au 09/12/2026"
    ]
    till.let_shares_leave(HOLD_OVER)
    december = statement_of(whole, first_day=dt.date(2026, 12, 1), last_day=dt.date(2026, 12, 31))
    assert {(line.words, line.cents) for line in december.movements} == {
        ("TVA de votre facture", 1_600),
        ("Reversement", -8_000),
        ("Versement de la TVA", -1_600),
    }
    assert (december.sent.cents, december.closing.cents) == (-9_600, 0)
