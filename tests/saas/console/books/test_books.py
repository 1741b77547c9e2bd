"""Operators and the books: a euro's way, payments to banks, differences, balances at a day."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import TestCase

from billing.councils.settlement import payouts
from billing.ledger import posting
from billing.ledger.rules.postings import Line
from billing.ledger.settlement import cases
from billing.models import Account, Case, Invoice, Order, Payout, Sale, Share
from billing.papers import tasks
from billing.papers.settlement import rendering
from billing.stripe.gateway import reads
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.billing import Till, begins_with, sold_in_north
from tests.fixtures.people import AT, SpaceClient
from tests.tenants.community.council.reading import text_in, text_of

BY_HAND = [Line(Account.STRIPE_BALANCE, -5, stripe_id="tr_none"), Line(Account.ROUNDING, 5)]


@pytest.fixture
def case(console: SpaceClient, till: Till) -> Case:
    """Return a case that no operator has opened yet."""
    posting.post("by hand", BY_HAND, kind="test", at=till.at)
    return cases.open_case(
        kind=Case.Kind.EXTRA, subject="tr_none", at=till.at, ledger_cents=-5, details="transfer"
    )


@begins_with(sold_in_north)
def test_way_of_order_s_money_is_on_a_page(console: SpaceClient, order: Order, till: Till) -> None:
    page = text_of(console, f"/orders/{order.reference}/trace/")
    assert "240,00 € de Maison Cazal" in page
    assert "CSE north 40 % de 200,00 € HT, conditions n° 1 −80,00 €" in page
    assert "TVA −40,00 €" in page
    assert "Retenue" in page
    unpaid = till.open(make_campaign(make_shop(), {"north": 5_000}, at=till.at))
    for reference in (unpaid.reference, "OR-XX"):
        assert console.get(f"/orders/{reference}/trace/").status_code == 404


@begins_with(sold_in_north)
def test_a_payment_to_a_bank_leads_back_to_its_merchants(
    console: SpaceClient, order: Order, till: Till
) -> None:
    till.simulator.pull("clock/advance", days="4")
    payout = till.simulator.pull("payouts/now")["payout"]["id"]
    payouts.sync(payout, at=till.at)
    listed = text_of(console, "/payouts/?whose=ours")
    assert "Notre banque" in listed
    assert "236,15 €" in listed
    assert "Notre banque" not in text_of(console, "/payouts/?whose=councils")
    page = text_of(console, f"/payouts/{payout}/")
    assert "Maison Cazal 156,15 €" in page
    assert "D’autres mouvements du solde 80,00 €" in page
    assert order.reference in page
    assert console.get("/payouts/po_none/").status_code == 404
    assert Payout.objects.count() == 1


def test_difference_waits_in_front_and_shows_both_sides(console: SpaceClient, case: Case) -> None:
    assert "1 écart entre Stripe et nos livres" in text_of(console, "/")
    assert "Absent chez Stripe" in text_of(console, "/reconciliation/")
    page = text_of(console, f"/reconciliation/{case.reference}/")
    assert "Chez Stripe rien Dans nos livres −0,05 € Écart 0,05 €" in page
    assert "Stripe ne le connaît pas" in page


def test_a_case_is_closed_with_a_reason_once_and_no_entry_changes(
    console: SpaceClient, case: Case
) -> None:
    url = f"/reconciliation/{case.reference}/"
    assert "Dites ce qui explique l’écart." in text_in(console.post(url, {}).content)
    answer = console.post(url, {"explanation": "Essai du 25 novembre"})
    assert (answer.status_code, answer["Location"]) == (303, "/reconciliation/")
    case.refresh_from_db()
    assert (case.state, case.explanation) == ("closed", "Essai du 25 novembre")
    assert case.closed_by_id is not None
    assert "Essai du 25 novembre" in text_of(console, url)
    again = console.post(url, {"explanation": "Encore"})
    assert again.status_code == 422
    assert "écart entre Stripe" not in text_of(console, "/")
    assert "Absent chez Stripe" in text_of(console, "/reconciliation/?state=closed")


def test_objects_of_case_are_refetched_as_often_as_asked(console: SpaceClient, till: Till) -> None:
    order = till.open(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    intent = reads.session(till.pay(order).session_id).intent
    assert intent
    assert intent.charge
    case = cases.open_case(kind=Case.Kind.MISSING, subject=intent.charge.id, at=till.at)
    url = f"/reconciliation/{case.reference}/"
    assert "Relire chez Stripe" in text_of(console, url)
    for _ in range(2):
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = console.post(url, {"look": "1"})
        assert (answer.status_code, answer["Location"]) == (303, url)
    till.jobs.run()
    order.refresh_from_db()
    case.refresh_from_db()
    assert (order.state, case.state, case.closed_by) == ("paid", "explained", None)
    assert Sale.objects.count() == 1
    page = text_of(console, url)
    assert "Relu chez Stripe" in page
    assert "Relire chez Stripe" not in page
    refused = console.post(url, {"look": "1"})
    assert refused.status_code == 422
    assert "Ce cas est déjà classé." in text_in(refused.content)


UNKNOWN = {
    "tr_none": "transfer",
    "po_none": "payout in usd",
    "du_none": "won: again",
    "txn_none": "transfer_refund txn_none",
    "in_none": "month",
    "cs_none": "",
    "re_none": "",
    "stripe.balance": "",
    "_": "_ :",
}


def test_object_unknown_to_stripe_stays_a_case(console: SpaceClient, till: Till) -> None:
    kind = Case.Kind.UNREQUESTED_REVERSAL
    for subject, details in UNKNOWN.items():
        case = cases.open_case(kind=kind, subject=subject, details=details, at=till.at)
        with TestCase.captureOnCommitCallbacks(execute=True):
            console.post(f"/reconciliation/{case.reference}/", {"look": "1"})
        till.jobs.run()
        case.refresh_from_db()
        assert (case.state, case.tried_at is not None) == ("open", True), subject


@begins_with(sold_in_north)
def test_a_step_that_fails_names_its_order_and_council_and_asks_stripe_nothing(
    console: SpaceClient, order: Order, till: Till
) -> None:
    share = Share.objects.get()
    subject = f"share {share.pk}"
    case = cases.open_case(
        kind=Case.Kind.FAILING_STEP, subject=subject, details="Refused", at=till.at
    )
    page = text_of(console, f"/reconciliation/{case.reference}/")
    assert f"Étape qui échoue À examiner L’étape De quoi il s’agit {subject} · Refused" in page
    assert "dès qu’elle réussit" in page
    assert "Suivre l’argent La commande Le CSE Classer" in page
    assert "Relire chez Stripe" not in page
    home = text_of(console, "/")
    assert "1 étape échoue de notre côté" in home
    assert "écart entre Stripe" not in home


@begins_with(sold_in_north)
def test_balances_are_those_of_a_day_and_sum_to_nothing(console: SpaceClient, order: Order) -> None:
    page = text_of(console, f"/ledger/?day={AT:%Y-%m-%d}")
    assert "Solde Stripe stripe.balance 236,15 €" in page
    assert "Parts retenues · CSE north share.held −80,00 €" in page
    assert "Ensemble 0,00 €" in page
    before = text_of(console, f"/ledger/?day={AT - dt.timedelta(days=1):%Y-%m-%d}")
    assert "Rien n’était encore inscrit ce jour-là." in before
    for none in ("hier", "2026-13-45", "9999-12-31", "0001-01-01", "1", "٣"):
        assert "Solde Stripe" in text_of(console, f"/ledger/?day={none}"), "else it is today"


def test_the_comparison_can_be_asked_for(console: SpaceClient, till: Till) -> None:
    answer = console.post("/reconciliation/compare/")
    assert (answer.status_code, answer["Location"]) == (303, "/reconciliation/")


@begins_with(sold_in_north)
def test_altered_paper_is_drawn_again_from_its_case(console: SpaceClient, order: Order) -> None:
    invoice = Invoice.objects.get()
    tasks.render_invoice(invoice.pk)
    invoice.refresh_from_db()
    default_storage.delete(invoice.pdf)
    default_storage.save(invoice.pdf, ContentFile(b"%PDF-1.7 another amount"))
    answer = console.get(f"/desk/invoices/{invoice.number}/pdf/")
    url = f"/reconciliation/{Case.objects.get().reference}/"
    assert (answer.status_code, answer.headers["Location"]) == (303, url)
    page = text_of(console, url)
    assert "Refaire le fichier à l’identique" in page
    assert "Chez Stripe" not in page
    assert "fichier est altéré" in text_of(console, "/")
    assert console.post(url, {"redraw": "1"}).status_code == 303
    assert Case.objects.get().state == "explained"
    again = console.get(f"/desk/invoices/{invoice.number}/pdf/")
    assert rendering.sha256(again.getvalue()) == invoice.pdf_sha256
