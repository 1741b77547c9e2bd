"""Operators and the VAT of invoices in councils' names: seen where it is, given up where lost."""

import datetime as dt
import re

from billing import clock
from billing.councils.queries.endings import obstacles
from billing.models import Claim, Council, TaxPayment
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_taxes import (
    DECEMBER,
    HOLD_OVER,
    JANUARY,
    make_vat_payer,
)
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.billing import Till, books
from tests.fixtures.people import SpaceClient
from tests.tenants.community.council.reading import text_of

LATER = JANUARY + dt.timedelta(days=1)


def owed(till: Till, *, net_cents: int) -> TaxPayment:
    """VAT that a council was paid, and owes back after a credit note in its name."""
    till.active_account(make_vat_payer())
    order = till.sell(make_campaign(make_shop(), {"north": net_cents}, at=till.at))
    clock.bill(at=DECEMBER)
    till.let_shares_leave(HOLD_OVER)
    decide(till, contest(till, order), "lost")
    clock.bill(at=JANUARY)
    return TaxPayment.objects.get(state="owed")


def test_vat_is_listed_beside_transfers_with_where_it_is(console: SpaceClient, till: Till) -> None:
    till.active_account(make_vat_payer())
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    clock.bill(at=DECEMBER)
    page = text_of(console, "/transfers/")
    assert "TVA des factures au nom de CSE CSE north" in page
    assert "Elle part à partir du 09/12/2026" in page
    assert "16,00 €" in page


def test_tax_that_a_council_cannot_return_is_written_off(console: SpaceClient, till: Till) -> None:
    tax = owed(till, net_cents=20_000)
    assert "elle est compensée avec la prochaine somme" in text_of(console, "/transfers/")
    sent = {"reason": "CSE dissous", "seen_cents": "1600"}
    assert console.post(f"/vat/{tax.pk}/", sent | {"reason": ""}).status_code == 422
    assert console.post(f"/vat/{tax.pk}/", sent).status_code == 303
    assert "16,00 € sont abandonnés" in text_of(console, "/transfers/")
    tax.refresh_from_db()
    assert (tax.state, books("bad_debt"), books("share.owed")) == ("written_off", 1_600, 0)
    tenant = Council.objects.get().tenant_id
    assert obstacles(tenant, LATER) == []
    assert console.post(f"/vat/{tax.pk}/", sent).status_code == 404


def test_above_500_euros_two_decide(console: SpaceClient, second: SpaceClient, till: Till) -> None:
    tax = owed(till, net_cents=700_000)
    sent = {"reason": "CSE dissous", "seen_cents": "56000"}
    console.post(f"/vat/{tax.pk}/", sent)
    tax.refresh_from_db()
    assert (tax.state, tax.write_off_because) == ("owed", "CSE dissous")
    assert "1 abandon de TVA à approuver" in text_of(second, "/")
    verdict = f"/vat/{tax.pk}/verdict/"
    assert console.post(verdict, {"verdict": "approve", "seen_cents": "56000"}).status_code == 422
    assert console.post(f"/vat/{tax.pk}/", sent).status_code == 422
    assert second.post(verdict, {"verdict": "reject"}).status_code == 303
    tax.refresh_from_db()
    assert (tax.state, tax.write_off_asked_at) == ("owed", None)
    console.post(f"/vat/{tax.pk}/", sent)
    assert second.post(verdict, {"verdict": "approve", "seen_cents": "56000"}).status_code == 303
    tax.refresh_from_db()
    assert (tax.state, books("bad_debt")) == ("written_off", 56_000)


def test_debt_and_tax_of_one_number_open_their_own_forms(console: SpaceClient, till: Till) -> None:
    tax = owed(till, net_cents=20_000)
    claim = Claim.objects.get()
    Claim.objects.filter(pk=claim.pk).update(id=tax.pk, state="owed")
    for path in (f"/owed/{tax.pk}/", f"/vat/{tax.pk}/"):
        refused = console.post(path, {"reason": ""})
        assert refused.status_code == 422
        forms = refused.content.decode().split("<form")
        opened = [form for form in forms if "aria-invalid" in form]
        assert [f'action="{path}"' in form for form in opened] == [True]
    ids = re.findall(r'id="(id_\w+_reason)"', console.get("/transfers/").content.decode())
    assert ids == [f"id_claim_{tax.pk}_reason", f"id_tax_{tax.pk}_reason"]
