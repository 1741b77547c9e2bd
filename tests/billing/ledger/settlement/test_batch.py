"""A failing row does not block the others; operators are alerted until it works again."""

import datetime as dt

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from billing import clock
from billing.councils.settlement import releases, taxes
from billing.ledger.settlement import batch
from billing.models import Case, Council, Order, Restitution, Share, Statement, TaxPayment
from saas.catalogue.merchants.models import Merchant
from tests.billing.adjustments.settlement.test_disputes import contest, decide
from tests.billing.councils.settlement.test_taxes import DECEMBER, HOLD_OVER, make_vat_payer
from tests.factories.billing import make_campaign, make_council
from tests.factories.records import make_statement
from tests.fixtures.billing import HOLD, Till
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db

TOO_MUCH = 10_000_000  # more than a call may move, or than any charge brought


def sell(till: Till, shop: Merchant, times: int = 1) -> None:
    for _ in range(times):
        till.sell(make_campaign(shop, {"north": 20_000}, at=till.at))


def cases() -> list[tuple[str, str, str]]:
    stuck = Case.objects.filter(kind="stuck").order_by("pk")
    return list(stuck.values_list("subject", "details", "state"))


def test_a_share_that_fails_holds_back_no_other_and_is_a_case_until_it_leaves(
    till: Till, shop: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    till.active_account(make_council("north"))
    sell(till, shop, times=2)
    bad, good = Share.objects.order_by("pk")
    Share.objects.filter(pk=bad.pk).update(amount_cents=TOO_MUCH, is_due=True)
    till.let_shares_leave()
    assert states(Share) == {bad.pk: "held", good.pk: "transferred"}
    assert cases() == [(f"share {bad.pk}", "IntegrityError", "open")]
    (line,) = [line for line in caplog.records if line.name == "billing.ledger.settlement.batch"]
    assert (line.levelname, line.getMessage()) == ("ERROR", f"share {bad.pk} was left as it is")
    assert line.exc_info
    till.let_shares_leave()
    assert len(cases()) == 1
    Share.objects.filter(pk=bad.pk).update(amount_cents=8_000, is_due=False)
    till.let_shares_leave()
    assert states(Share) == {bad.pk: "transferred", good.pk: "transferred"}
    assert cases() == [(f"share {bad.pk}", "IntegrityError", "explained")]


def test_waiting_shares_of_a_council_pass_one_that_fails(till: Till, shop: Merchant) -> None:
    council = make_council("north")
    till.active_account(council)
    sell(till, shop, times=2)
    bad, good = Share.objects.order_by("pk")
    Share.objects.filter(pk=bad.pk).update(amount_cents=TOO_MUCH, is_due=True)
    releases.release_due(at=till.at + HOLD, council_id=council.pk)
    assert states(Share) == {bad.pk: "held", good.pk: "sending"}
    assert cases() == [(f"share {bad.pk}", "IntegrityError", "open")]


def states(model: type[Share | Restitution | TaxPayment]) -> dict[int, str]:
    return dict(model.objects.values_list("pk", "state"))


def test_a_share_that_fails_holds_back_no_restitution(till: Till, shop: Merchant) -> None:
    till.active_account(make_council("north"))
    sell(till, shop, times=3)
    Share.objects.filter(sale__order=Order.objects.latest("pk")).update(
        amount_cents=TOO_MUCH, is_due=True
    )
    till.let_shares_leave()
    for order in Order.objects.order_by("pk")[:2]:
        decide(till, decide(till, contest(till, order), "lost"), "appeal_won")
    bad, good = Restitution.objects.order_by("pk")
    Restitution.objects.filter(pk=bad.pk).update(amount_cents=TOO_MUCH)
    till.simulator.pull("balance")
    clock.release(at=till.at + HOLD)
    till.jobs.run()
    assert states(Restitution) == {bad.pk: "due", good.pk: "done"}
    share = Share.objects.get(state="held")
    assert [subject for subject, _, state in cases() if state == "open"] == [
        f"share {share.pk}",
        f"restitution {bad.pk}",
    ]


@pytest.fixture
def vat_payers(db: None) -> list[Council]:
    """Return two councils with self-billing."""
    first = make_vat_payer()
    other = make_council("south")
    for field in ("siren", "street", "postcode", "city", "is_vat_payer", "self_billing_since"):
        setattr(other, field, getattr(first, field))
    other.vat_number = first.vat_number
    other.save()
    return [first, other]


def test_a_council_that_cannot_be_billed_holds_back_no_other(
    till: Till, shop: Merchant, vat_payers: list[Council]
) -> None:
    first, other = vat_payers
    till.sell(make_campaign(shop, {"north": 20_000, "south": 20_000}, at=till.at))
    # The very number that the first council's bill would have.
    make_statement(
        other.pk,
        at=till.at,
        first_day=dt.date(2026, 10, 1),
        last_day=dt.date(2026, 10, 31),
        number=f"R2026-{first.reference}-00001",
    )
    clock.bill(at=DECEMBER)
    assert list(Statement.objects.filter(made_at=DECEMBER).values_list("council", flat=True)) == [
        other.pk
    ]
    assert cases() == [(f"council {first.pk}", "IntegrityError", "open")]
    Statement.objects.filter(made_at=till.at).update(number=None)
    clock.bill(at=DECEMBER)
    assert Statement.objects.filter(council=first, net_cents=8_000).exists()
    assert cases() == [(f"council {first.pk}", "IntegrityError", "explained")]


def test_failed_vat_holds_none_back(till: Till, shop: Merchant, vat_payers: list[Council]) -> None:
    for council in vat_payers:
        till.active_account(council)
    till.sell(make_campaign(shop, {"north": 20_000, "south": 20_000}, at=till.at))
    clock.bill(at=DECEMBER)
    bad, good = TaxPayment.objects.order_by("pk")
    TaxPayment.objects.filter(pk=bad.pk).update(amount_cents=TOO_MUCH)
    till.let_shares_leave(HOLD_OVER)
    assert states(TaxPayment) == {bad.pk: "due", good.pk: "done"}
    assert cases() == [(f"tax {bad.pk}", "Refused", "open")]


def test_a_bill_whose_vat_cannot_be_noted_holds_back_no_other(
    till: Till, shop: Merchant, vat_payers: list[Council], monkeypatch: pytest.MonkeyPatch
) -> None:
    till.sell(make_campaign(shop, {"north": 20_000, "south": 20_000}, at=till.at))
    with monkeypatch.context() as before:
        before.setattr(taxes, "owe", lambda *_, **__: None)
        clock.bill(at=DECEMBER)
    bad, good = Statement.objects.order_by("pk")
    Statement.objects.filter(pk=bad.pk).update(last_day=dt.date.max)  # no day comes after it
    releases.release_due(at=DECEMBER)
    assert TaxPayment.objects.get().statement_id == good.pk
    assert cases() == [(f"bill {bad.pk}", "OverflowError", "open")]
    Statement.objects.filter(pk=bad.pk).update(last_day=bad.last_day)
    releases.release_due(at=DECEMBER)
    assert TaxPayment.objects.count() == 2
    assert cases() == [(f"bill {bad.pk}", "OverflowError", "explained")]


def test_a_job_whose_time_is_up_stops() -> None:
    seen = []

    def act(row_id: int) -> None:
        seen.append(row_id)
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        batch.each_row("share", [1, 2], act, at=AT)
    assert seen == [1]
    assert cases() == []
