"""DAC7 on the console: who is no seller and why, and what councils were paid, from the ledger."""

import pytest
from lxml import etree  # type: ignore[import-untyped]

from billing.councils.files import dac7
from billing.councils.queries.dac7 import QUARTERS, paid_councils
from billing.ledger.settlement.numbering import number_entries
from billing.models import Council, LedgerEntry
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.people import SpaceClient

SPACES = {"dpi": "urn:oecd:ties:dpi"}


def pay_a_council(till: Till) -> None:
    till.active_account(make_council("north"))
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    till.let_shares_leave()
    number_entries(at=till.at + HOLD)


def test_councils_are_listed_with_what_they_were_paid(console: SpaceClient, till: Till) -> None:
    assert "1649 ter A" in console.get("/accounting/dac7/").content.decode()
    assert console.get("/accounting/2026/dac7.csv").status_code == 404
    pay_a_council(till)
    [one] = paid_councils(2026)
    left = LedgerEntry.objects.get(transaction__kind="transferred", account="stripe.balance")
    assert one.cents == (0, 0, 0, -left.amount_cents)
    assert (one.payments, one.total_cents) == ((0, 0, 0, 1), -left.amount_cents)
    page = console.get("/accounting/dac7/").content.decode()
    assert one.council.name in page
    assert "dac7.csv" in page
    sheet = console.get("/accounting/2026/dac7.csv").getvalue().decode()
    assert one.council.name in sheet
    assert "80,00;1;80,00;non;" in sheet


def test_report_without_sellers_is_a_message_of_its_own_kind(
    console: SpaceClient, till: Till
) -> None:
    assert console.get("/accounting/2026/dac7.xml").status_code == 404
    pay_a_council(till)
    answer = console.get("/accounting/2026/dac7.xml")
    root = etree.fromstring(answer.getvalue())
    names = [f"dpi:{name}" for name in ("MessageSpec", "DPIBody")]
    spec, body = (root.find(name, SPACES) for name in names)
    assert spec is not None
    assert body is not None
    assert spec.findtext("dpi:MessageTypeIndic", namespaces=SPACES) == "DPI403"
    assert spec.findtext("dpi:ReportingPeriod", namespaces=SPACES) == "2026-12-31"
    assert [child.tag for child in body] == ["{urn:oecd:ties:dpi}PlatformOperator"]
    stamp = spec.findtext("dpi:MessageRefId", "", namespaces=SPACES).rsplit("_", 1)[1]
    assert f"DPIDAC7_2026_000000000_001_{stamp}.xml" in answer["Content-Disposition"]


@pytest.mark.usefixtures("console")
def test_report_of_councils_has_whole_euros_by_quarter(till: Till) -> None:
    pay_a_council(till)
    Council.objects.update(siren="000000000", street="1 rue", postcode="00000", city="Saint-Avel")
    report = dac7.write(2026, paid_councils(2026), at=till.at)
    root = etree.fromstring(report.content)
    assert root.findtext(".//dpi:MessageTypeIndic", namespaces=SPACES) == "DPI401"
    [seller] = root.iterfind(".//dpi:ReportableSeller", SPACES)
    [services] = seller.iterfind("dpi:RelevantActivities/dpi:PersonalServices", SPACES)
    texts = [(child.tag.rsplit("}", 1)[1], child.text) for part in services for child in part]
    assert texts == [
        *zip(("ConsQ1", "ConsQ2", "ConsQ3", "ConsQ4"), ("0", "0", "0", "80"), strict=True),
        *zip(("NumbQ1", "NumbQ2", "NumbQ3", "NumbQ4"), ("0", "0", "0", "1"), strict=True),
        *((f"FeesQ{quarter}", "0") for quarter in QUARTERS),
        *((f"TaxesQ{quarter}", "0") for quarter in QUARTERS),
    ]


def test_report_of_a_council_without_address_is_refused(console: SpaceClient, till: Till) -> None:
    pay_a_council(till)
    Council.objects.update(siren="")
    answer = console.get("/accounting/2026/dac7-councils.xml", follow=True)
    assert "Le SIREN ou l’adresse de" in answer.content.decode()
