"""Rows written by our own statements equal the rows that Django would write and read."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from billing.models import Order, Share, StateChange, StripeCall, StripeHalt
from saas.accounts.models import User
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements.models import Campaign
from saas.kernel.database import rows
from saas.kernel.errors import WrongSpaceError
from saas.kernel.models import SharedModel
from tests.factories.billing import make_campaign, make_shop
from tests.fixtures.people import AT

pytestmark = pytest.mark.django_db


def a_call(subject: int = 1, **given: object) -> StripeCall:
    params = {"amount": 8_000, "metadata": {"troovon_kind": "é"}}
    key = f"test:transfer:{subject}"
    return StripeCall(kind="transfer", subject_id=subject, params=params, key=key, **given)


def a_change(subject: int, why: str = "") -> StateChange:
    states = {"before": "held", "after": "releasable", "trigger": "released"}
    return StateChange(machine="share", subject_id=subject, by="horloge", why=why, at=AT, **states)


def everything(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_added_row_equals_the_stored_row_with_what_the_database_filled_in() -> None:
    call = a_call()
    rows.add(call)
    stored = StripeCall.objects.get()
    assert everything(call) == everything(stored)
    assert isinstance(call.created_at, dt.datetime)
    assert not call._state.adding


def test_many_rows_go_in_one_statement_and_each_has_its_own_number() -> None:
    changes = [a_change(subject) for subject in (7, 8, 9)]
    with CaptureQueriesContext(connection) as statements:
        rows.add()
        rows.add(*changes)
    assert len(statements) == 1
    stored = StateChange.objects.in_bulk([change.pk for change in changes])
    assert [stored[change.pk].subject_id for change in changes] == [7, 8, 9]


def test_rows_that_say_a_column_stand_beside_rows_that_leave_it_to_the_database() -> None:
    given, left = a_call(1, created_at=AT), a_call(2)
    rows.add(given, left)
    assert given.created_at == AT
    assert left.created_at == StripeCall.objects.get(pk=left.pk).created_at != AT


def test_row_that_breaks_a_constraint_is_refused() -> None:
    rows.add(a_call())
    with pytest.raises(IntegrityError, match="key"):
        rows.add(a_call())


def test_only_the_columns_that_are_named_are_stored() -> None:
    call = a_call()
    rows.add(call)
    call.failure, call.sendings = "la banque dort", 7
    rows.store(call, "failure")
    stored = StripeCall.objects.get()
    assert (stored.failure, stored.sendings) == ("la banque dort", 0)


def test_a_row_of_which_the_condition_no_longer_holds_stays_as_it_is() -> None:
    call = a_call()
    rows.add(call)
    call.state = "in_flight"
    assert rows.store_if("state = 'pending'", call, "state")
    call.state = "done"
    assert not rows.store_if("state = 'pending'", call, "state")
    assert StripeCall.objects.get().state == "in_flight"


def test_rows_that_belong_together_are_read_side_by_side() -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    source = """
        placements_campaign JOIN merchants_merchant
        ON merchants_merchant.id = placements_campaign.merchant_id
        WHERE placements_campaign.id = %s
    """
    with CaptureQueriesContext(connection) as statements:
        [(found, shop)] = rows.together((Campaign, Merchant), source, [campaign.pk])
    assert len(statements) == 1
    assert everything(found) == everything(Campaign.objects.get())
    assert everything(shop) == everything(Merchant.objects.get())


def test_rows_are_stored_and_others_added_beside_them_in_one_statement() -> None:
    call, campaign = a_call(), make_campaign(make_shop(), {"north": 20_000}, at=AT)
    rows.add(call)
    call.failure, call.sendings = "la banque dort", 7
    campaign.headline, campaign.offer = "Formule du jour", "CHANGED"
    with CaptureQueriesContext(connection) as statements:
        rows.write(
            (call, ["failure"]), (campaign, ("headline",)), add=[a_change(1), a_change(2, "là")]
        )
    assert len(statements) == 1
    call, placed = StripeCall.objects.get(), Campaign.objects.get()
    assert (call.failure, call.sendings) == ("la banque dort", 0)
    assert (placed.headline, placed.offer == "CHANGED") == ("Formule du jour", False)
    changes = StateChange.objects.order_by("subject_id").values_list("subject_id", "why")
    assert list(changes) == [(1, ""), (2, "là")]


def test_row_that_is_gone_is_not_stored_and_named() -> None:
    call, campaign = a_call(), make_campaign(make_shop(), {"north": 20_000}, at=AT)
    rows.add(call)
    campaign.pk += 1
    with pytest.raises(StripeCall.NotUpdated, match="Campaign"):
        rows.write((call, ["failure"]), (campaign, ["headline"]), add=[a_change(1)])
    call.pk += 1
    with pytest.raises(StripeCall.NotUpdated):
        rows.store(call, "failure")


def test_read_row_equals_what_django_reads() -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    rows.add(a_call())
    models: tuple[type[SharedModel], ...] = (Campaign, Merchant, StripeCall)
    for model in models:
        [known] = model.objects.all()
        assert everything(rows.one(model, "id = %s", [known.pk])) == everything(known), model
    assert rows.one(Campaign, "id = %s", [campaign.pk]).picture == campaign.picture
    assert model_to_dict(rows.one(StripeCall, "kind = %s", ["transfer"]))["params"]["amount"]


def test_rows_come_in_the_order_that_is_asked_for_and_a_missing_one_does_not_exist() -> None:
    rows.add(*(a_change(subject) for subject in (2, 3, 1)))
    found = rows.read(StateChange, "machine = %s ORDER BY subject_id DESC", ["share"])
    assert [change.subject_id for change in found] == [3, 2, 1]
    assert rows.read(StripeHalt, "ended_at IS NULL", []) == []
    with pytest.raises(Share.DoesNotExist):
        rows.one(Share, "id = %s", [1])


def test_rows_that_are_changed_by_a_text_come_back_as_they_are_then() -> None:
    rows.add(a_call(1), a_call(2))
    more = "sendings = sendings + %s, failure = 'again'"
    [changed] = rows.change(StripeCall, more, "subject_id = %s", values=[2, 1])
    assert everything(changed) == everything(StripeCall.objects.get(subject_id=1))
    assert (changed.sendings, changed.failure) == (2, "again")
    assert rows.change(StripeCall, "sendings = 9", "subject_id = %s", values=[7]) == []
    assert StripeCall.objects.get(subject_id=2).sendings == 0


def test_a_statement_of_ones_own_answers_with_its_rows() -> None:
    rows.add(a_call(3), a_call(4))
    statement = "SELECT subject_id FROM billing_stripecall WHERE subject_id > %s"
    assert rows.tuples(statement, [3]) == [(4,)]
    assert rows.tuples(statement, [4]) == []


def test_a_row_is_held_as_it_is_asked_for() -> None:
    rows.add(a_call())
    with CaptureQueriesContext(connection) as statements:
        rows.one(StripeCall, "kind = %s", ["transfer"], hold="FOR UPDATE SKIP LOCKED")
    assert statements[0]["sql"].endswith("FOR UPDATE SKIP LOCKED")


def test_related_row_is_not_fetched_in_passing() -> None:
    campaign = make_campaign(make_shop(), {"north": 20_000}, at=AT)
    with pytest.raises(Exception, match="merchant"):
        _ = rows.one(Campaign, "id = %s", [campaign.pk]).merchant


def test_nobody_of_a_space_is_written_into_a_shared_row(owner: User) -> None:
    order = Order(placed_by=owner)
    with pytest.raises(WrongSpaceError):
        rows.add(order)
    with pytest.raises(WrongSpaceError):
        rows.store(order, "state")
    with pytest.raises(WrongSpaceError):
        rows.write((order, ["state"]), add=[a_change(1)])
    with pytest.raises(WrongSpaceError):
        rows.write((a_call(), ["failure"]), add=[order])
