"""The console shows pending work and all orders to operators, and a 404 to other people."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import connection

from billing.adjustments.actions.refunds import request_refund
from billing.models import Claim, Invoice, Sale, Share, StripeCall, StripeEvent
from billing.stripe import halts
from saas.accounts.models import User
from saas.console.queries import lists, needs
from saas.kernel import schema
from tenants.spaces.models import Founding
from tests.factories.billing import (
    make_campaign,
    make_council,
    make_merchant_user,
    make_shop,
)
from tests.fixtures.billing import Till
from tests.fixtures.people import PASSWORD, Count, SpaceClient
from tests.saas.console.conftest import failed_founding, on_console, sold
from tests.tenants.community.council.reading import text_in, text_of

type Committed = Callable[..., AbstractContextManager[object]]

PAGES = {
    "/": "Rien à traiter",
    "/spaces/": "2 espaces",
    "/merchants/": "Aucun commerçant",
    "/orders/": "Aucune commande",
    "/transfers/": "Aucun reversement",
    "/jobs/": "Rien à traiter",
    "/cells/": "Tous les espaces vivent",
}


def test_an_empty_house_says_so(console: SpaceClient) -> None:
    for url, words in PAGES.items():
        assert words in text_of(console, url)


def test_waiting_rows_are_listed_with_their_age_oldest_first(
    console: SpaceClient, till: Till, agathe: int
) -> None:
    order = sold(till, net_cents=60_000)
    operator = User.objects.get(pk=agathe)
    request_refund(order=order, amount_cents=60_000, by=operator, at=till.at)
    till.settle()
    StripeEvent.objects.filter(pk=StripeEvent.objects.all()[0].pk).update(state="parked")
    StripeCall.objects.filter(kind="checkout").update(
        state="parked", created_at=till.at - dt.timedelta(days=3)
    )
    failed_founding()
    failed_founding(slug="orsel", token_hash="i", state=Founding.State.QUEUED)
    halts.halt("clé refusée", at=till.at - dt.timedelta(days=9))

    found = [need.text for need in needs.needs(at=till.at)]

    assert found == [
        "Stripe refuse notre clé\u00a0: plus rien n’est envoyé.",
        "1 appel à Stripe à examiner",
        "1 espace dont la construction s’est arrêtée",
        "1 espace attend d’être construit",
        "1 remboursement à approuver",
        "1 événement de Stripe à examiner",
    ]
    page = text_of(console, "/")
    for text in found:
        assert text.replace("\u00a0", " ") in page
    assert "Rien à traiter" not in page
    assert "vérifié à" in page


def test_claim_owed_for_a_month_waits_for_an_operator(console: SpaceClient, till: Till) -> None:
    make_council("north")
    share = Share.objects.get(sale__order=sold(till))
    Claim.objects.create(share=share, amount_cents=900, state="owed", due_at=till.at)
    words = "1 reprise due par un CSE depuis un mois"
    early, late = (
        [need.text for need in needs.needs(at=till.at + dt.timedelta(days=days))]
        for days in (29, 31)
    )
    assert words not in early
    assert words in late
    assert "9,00 €" in text_of(console, "/transfers/")


def test_spaces_are_listed_with_what_they_are_and_nobody_in_them(console: SpaceClient) -> None:
    make_council("north")
    make_council("south")
    rows = {row.slug: [cell.name for cell in row.councils] for row in lists.spaces_page("", "1")[0]}
    assert rows == {"north": ["CSE north"], "south": ["CSE south"]}
    page = text_of(console, "/spaces/?q=north")
    assert "1 espace " in page
    assert "Espace north north Parc d’activités 450 / 430 2" in page
    assert "CSE north Pas encore de compte" in page
    assert "Rien avec ces mots" in text_of(console, "/spaces/?q=zzz")


def test_orders_are_found_by_state_reference_and_merchant(console: SpaceClient, till: Till) -> None:
    first = sold(till)
    open_ = till.open(make_campaign(make_shop(name="Élan 12"), {"north": 5_000}, at=till.at))
    assert "2 commandes" in text_of(console, "/orders/")
    by_state = text_of(console, "/orders/?state=awaiting_payment")
    assert open_.reference in by_state
    assert first.reference not in by_state
    assert first.reference in text_of(console, f"/orders/?q={first.reference.lower()}")
    assert open_.reference in text_of(console, "/orders/?q=élan")
    assert "Rien avec ces mots" in text_of(console, "/orders/?q=zzz&state=refunded")


def test_an_order_is_shown_whole(console: SpaceClient, till: Till) -> None:
    make_council("north")
    order = sold(till)
    page = text_of(console, f"/orders/{order.reference}/")
    for words in (
        "Maison Cazal",
        "Total TTC 120,00 €",
        "Encore remboursable 120,00 €",
        "Paiement ouvert → Payée",
        "frais 2,05 €",
        "CSE north Espace north",
        "40,00 €",
        "Parts retenues Part gagnée 25/11/2026 CSE north −40,00 €",
    ):
        assert words in page
    number = Invoice.objects.get(order=order).number
    assert number in page
    assert "Cazal et filles SARL" in text_of(console, f"/desk/invoices/{number}/")
    assert console.get("/desk/invoices/F1999-00001/").status_code == 404
    assert console.get("/orders/OR-XXXXXX/").status_code == 404


def test_refund_leads_from_its_credit_note_to_the_invoice_and_lessens_what_a_merchant_paid(
    console: SpaceClient, till: Till
) -> None:
    order = sold(till)
    operator = make_merchant_user("Opale")
    request_refund(order=order, amount_cents=2_000, by=operator, at=till.at)
    till.settle()
    invoice, note = Invoice.objects.filter(order=order).order_by("pk")
    page = console.get(f"/desk/invoices/{note.number}/").content.decode()
    assert f'href="/desk/invoices/{invoice.number}/"' in page
    assert console.get(f"/desk/invoices/{invoice.number}/").status_code == 200
    listed = text_of(console, "/merchants/?q=732 829 320")
    assert "Maison Cazal" in listed
    assert "1 100,00 €" in listed


def test_lost_dispute_lessens_what_a_merchant_paid(console: SpaceClient, till: Till) -> None:
    order = sold(till)
    Sale.objects.filter(order=order).update(disputed_cents=5_000)
    assert "1 70,00 €" in text_of(console, "/merchants/?q=732 829 320")


def test_transfers_are_listed_by_state(console: SpaceClient, till: Till) -> None:
    till.active_account(make_council("north"))
    sold(till)
    till.let_shares_leave()
    listed = text_of(console, "/transfers/?state=done")
    assert "Il est sur le compte du CSE. Rien à faire. 09/12/2026 tr_" in listed
    assert "Rien avec ces mots" in text_of(console, "/transfers/?state=refused")


def test_three_rows_cost_what_one_costs(
    console: SpaceClient, till: Till, count_queries: Count
) -> None:
    def one_more(name: str) -> None:
        order = sold(till, name, net_cents=60_000)
        Share.objects.filter(sale__order=order).update(state="waiting_account")
        asking = make_merchant_user("Opale")
        request_refund(order=order, amount_cents=60_000, by=asking, at=till.at)
        StripeCall.objects.filter(kind="checkout").update(state="parked", failure="x")
        StripeEvent.objects.update(state="parked")
        failed_founding(slug=name.lower(), token_hash=name)

    make_council("north")
    one_more("Cazal")
    with_one = {url: len(count_queries(console, url)) for url in PAGES}
    one_more("Bertoux")
    make_council("south")
    one_more("Encrier")
    assert {url: len(count_queries(console, url)) for url in PAGES} == with_one
    assert max(with_one.values()) <= 27


def test_long_order_costs_the_same(console: SpaceClient, till: Till, count_queries: Count) -> None:
    shop = make_shop()
    make_council("north")
    small = till.sell(make_campaign(shop, {"north": 10_000}, at=till.at))
    make_council("south")
    make_council("north", company="North Deux")
    spaces = {"north": 10_000, "south": 10_000}
    large = till.sell(make_campaign(make_shop(), spaces, at=till.at))
    few = count_queries(console, f"/orders/{small.reference}/")
    many = count_queries(console, f"/orders/{large.reference}/")
    assert len(few) == len(many) <= 21


def test_the_public_role_can_read_no_table_of_a_space(db: None) -> None:
    with schema.in_public(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE has_table_privilege(%s, c.oid, 'SELECT'))"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname IN ('north', 'south') AND c.relkind = 'r'",
            ["troovon_public"],
        )
        tables, readable = cursor.fetchone() or (0, 0)
    assert tables > 20
    assert readable == 0


def test_no_page_knows_anybody_or_anything_of_a_space(agathe: int, till: Till, owner: User) -> None:
    console = on_console(agathe)
    with schema.in_public():
        make_council("north", accepted=True)
        order = sold(till)
    pages = [*PAGES, f"/orders/{order.reference}/"]
    whole = " ".join(text_in(console.get(url).content) for url in pages)
    assert owner.first_name not in whole
    assert "@north.example" not in whole
    assert "Delphine" not in whole


def test_an_operator_signs_in_and_lands_where_they_wanted(agathe: int, db: None) -> None:
    user = User.objects.get(pk=agathe)
    user.set_password(PASSWORD)
    user.save()
    sent = {"email": user.email, "password": PASSWORD, "next": "/orders/"}
    response = on_console(None).post("/signin/", sent)
    assert (response.status_code, response["Location"]) == (303, "/orders/")
