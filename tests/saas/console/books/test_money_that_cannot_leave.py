"""Money without a way by Stripe, on the console: each amount has a task and an end by paper."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from billing.councils.queries.dac7 import paid_councils
from billing.councils.queries.endings import obstacles
from billing.councils.settlement import payouts, stranded
from billing.councils.settlement.releases import release
from billing.ledger.settlement import reconcile
from billing.ledger.settlement.numbering import number_entries
from billing.models import Account, Case, Council, ManualEntry, Share
from billing.stripe.gateway import client
from saas.kernel.database import rows
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import HOLD, Till, books
from tests.fixtures.people import SpaceClient
from tests.saas.console.conftest import on_console
from tests.tenants.community.council.reading import text_of


@pytest.fixture
def other(hire: Callable[[str], int], db: None) -> SpaceClient:
    """Ben's browser on the console: he posts what Agathe proposes."""
    return on_console(hire("Ben"))


def propose_on_paper(console: SpaceClient, council: Council, cents: int) -> ManualEntry:
    paper = SimpleUploadedFile("ordre.pdf", b"%PDF-1.7 %%EOF", content_type="application/pdf")
    typed = {"seen_cents": cents, "reason": "Par virement", "way": "transfer", "paper": paper}
    answer = console.post(f"/councils/{council.reference}/payment/", typed)
    assert answer.status_code == 303
    return ManualEntry.objects.get(council=council)


def post(browser: SpaceClient, entry: ManualEntry) -> int:
    return browser.post(f"/accounting/entries/{entry.reference}/", {"post": "1"}).status_code


def night(till: Till, days: int = 1) -> dt.datetime:
    """Let days pass for both, then compare; return the moment."""
    till.simulator.pull("clock/advance", days=str(days))
    now = dt.datetime.fromtimestamp(till.simulator.pull("clock")["now"], dt.UTC)
    reconcile.reconcile(at=now + dt.timedelta(minutes=1))
    return now


@pytest.mark.parametrize(
    ("fault", "account"),
    [("OURS", Account.OTHER_COST), ("STRIPE", Account.SUSPENSE), ("BANK", Account.BANK_TRANSIT)],
)
def test_transfer_by_hand_is_a_case_that_one_press_corrects(
    console: SpaceClient,
    other: SpaceClient,
    till: Till,
    balanced: None,
    fault: str,
    account: Account,
) -> None:
    council = make_council("north")
    to = till.active_account(council)
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    night(till, days=8)
    client.client().v1.transfers.create({"amount": 3_112, "currency": "eur", "destination": to})
    night(till)
    case = Case.objects.get(state="open")
    assert "1 écart entre Stripe et nos livres" in text_of(console, "/")
    url = f"/reconciliation/{case.reference}/"
    page = text_of(console, url)
    assert "31,12 €" in page
    assert page.count("Erreur de ") == 3
    assert console.post(url, {"fault": fault}).status_code == 303
    entry = ManualEntry.objects.get()
    assert post(console, entry) == 422
    assert post(other, entry) == 303
    night(till)
    case.refresh_from_db()
    assert (case.state, books(account)) == ("explained", 3_112)
    assert "écart entre Stripe" not in text_of(console, "/")


def test_eight_euros_of_a_council_without_account_leave_by_transfer(
    console: SpaceClient, other: SpaceClient, till: Till, balanced: None
) -> None:
    council = make_council("north")
    till.sell(make_campaign(make_shop(), {"north": 2_000}, at=till.at))
    share = Share.objects.get()
    at = share.release_at + HOLD
    release(share.pk, at=at)
    assert share.amount_cents == 800
    [sentence] = obstacles(council.tenant_id, at)
    assert "8,00" in sentence
    assert "réglez sur pièce" in sentence
    assert "À régler 8,00 €" in text_of(console, f"/councils/{council.reference}/payment/")
    entry = propose_on_paper(console, council, 800)
    assert "1 écriture à valider" in text_of(other, "/")
    assert post(other, entry) == 303
    assert obstacles(council.tenant_id, at) == []
    assert (books(Account.BANK_TRANSIT), books(Account.SHARE_DUE)) == (-800, 0)


def test_money_back_on_a_closed_account_is_paid_on_paper(
    console: SpaceClient, other: SpaceClient, till: Till, balanced: None
) -> None:
    council = make_council("north")
    account = till.active_account(council)
    till.sell(make_campaign(make_shop(), {"north": 308_568}, at=till.at))
    till.let_shares_leave()
    payout = str(till.simulator.pull("payouts/now", account=account)["payout"]["id"])
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    till.simulator.pull(f"payout/{payout}/failed", code="account_closed")
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    assert obstacles(council.tenant_id, till.at + HOLD) == []  # it leaves by itself once more
    Council.objects.update(account_state="closed")
    council.refresh_from_db()
    stranded.open_cases(council, at=till.at)

    case = Case.objects.get()
    assert (case.kind, case.stripe_cents) == ("stranded", 123_427)
    assert "1 virement revenu sur un compte fermé" in text_of(console, "/")
    [sentence] = obstacles(council.tenant_id, till.at + HOLD)
    assert "1\u202f234,27" in sentence
    page = text_of(console, f"/councils/{council.reference}/payment/")
    assert "Revenu de sa banque sur un compte fermé 1 234,27 €" in page
    entry = propose_on_paper(console, council, 123_427)
    assert post(other, entry) == 303

    case.refresh_from_db()
    assert case.state == "closed"
    assert entry.reference in case.explanation
    assert books(Account.SUSPENSE) == 123_427
    assert books(Account.BANK_TRANSIT) == -123_427
    assert books(Account.SHARE_DUE) == 0
    assert obstacles(council.tenant_id, till.at + HOLD) == []
    stranded.open_cases(council, at=till.at)
    assert not Case.objects.filter(state="open").exists()
    number_entries(at=till.at + HOLD)
    [paid] = paid_councils(2026)
    assert paid.total_cents == 123_427  # once, although it left twice


def test_money_back_on_a_closed_account_is_netted_with_a_debt(
    console: SpaceClient, other: SpaceClient, till: Till, balanced: None
) -> None:
    council = make_council("north")
    account = till.active_account(council)
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    payout = str(till.simulator.pull("payouts/now", account=account)["payout"]["id"])
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    till.simulator.pull(f"account/{account}/closed")
    till.give_back(order, 12_000)
    till.simulator.pull(f"payout/{payout}/failed", code="account_closed")
    payouts.sync(payout, account=account, council_id=council.pk, at=till.at)
    Council.objects.update(account_state="closed")
    council.refresh_from_db()
    stranded.open_cases(council, at=till.at)
    assert rows.tuples("SELECT state FROM billing_claim", []) == [("owed",)]
    entry = propose_on_paper(console, council, 4_000)
    assert post(other, entry) == 303
    assert rows.tuples("SELECT state FROM billing_claim", []) == [("netted",)]
    assert (books(Account.SUSPENSE), books(Account.BANK_TRANSIT)) == (8_000, -4_000)
    assert (books(Account.SHARE_DUE), books(Account.SHARE_OWED)) == (0, 0)
