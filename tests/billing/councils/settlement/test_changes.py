"""Replacement of a council's account: no money in transit is lost, two people decide."""

import datetime as dt

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from billing import clock
from billing.councils import tasks
from billing.councils.actions.accounts import (
    ask_replacement,
    cancel_replacement,
    confirm_replacement,
)
from billing.councils.queries.changes import council_of_account
from billing.councils.queries.due import councils_to_watch
from billing.councils.settlement import changes
from billing.models import (
    AccountChange,
    Claim,
    Council,
    CouncilNotice,
    LedgerEntry,
    Order,
    Share,
    StateChange,
    StripeCall,
    StripeHalt,
    Transfer,
)
from billing.stripe.calls.send import make_call
from billing.stripe.gateway import reads
from billing.stripe.rules.answers import Problem
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.actors import SpaceActor
from tests.factories.billing import make_campaign, make_council, make_shop
from tests.factories.records import DELPHINE
from tests.factories.stripe_objects import refusing
from tests.fixtures.billing import HOLD, Till, begins_with

LOU = SpaceActor("north", "M-LOU", "Lou Ferrand", "council")


def active(till: Till) -> None:
    """Create a council of the north with an active account."""
    till.active_account(make_council("north"))


pytestmark = [pytest.mark.django_db, begins_with(active)]


def fresh(council: Council) -> Council:
    return Council.objects.get(pk=council.pk)


def ask(
    council: Council, at: dt.datetime, by: SpaceActor = DELPHINE, *, siren: str = ""
) -> AccountChange:
    return ask_replacement(
        council=council,
        contact_email="bureau@north.example",
        siren=siren,
        reason="Notre banque ferme",
        by=by,
        at=at,
    )


def confirm(council: Council, till: Till, by: SpaceActor = LOU) -> AccountChange:
    call = confirm_replacement(council=council, by=by, at=till.at)
    make_call(call.pk, at=till.at)
    return AccountChange.objects.get()


def complete(change: AccountChange, till: Till) -> None:
    till.simulator.pull(f"account/{change.new_account}/active")
    tasks.sync_account(change.council_id)
    till.jobs.run()


def open_other(council: Council, till: Till) -> AccountChange:
    """Ask for another account, and have it opened."""
    ask(council, till.at)
    return confirm(council, till)


def replace(council: Council, till: Till) -> AccountChange:
    """Let another account take the place of a council's."""
    change = open_other(council, till)
    complete(change, till)
    change.refresh_from_db()
    return change


def closing(at: dt.datetime) -> StripeCall:
    """Return the call that closes the account left over by a change."""
    changes.prepare_closings(at=at)
    return calls("close")[-1]


def sell(till: Till) -> None:
    till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))


def let_go(till: Till) -> dt.datetime:
    later = till.at + HOLD
    till.simulator.pull("clock/advance", to=later.isoformat())
    clock.release(at=later)
    return later


def calls(kind: str) -> list[StripeCall]:
    return list(StripeCall.objects.filter(kind=kind).order_by("pk"))


def test_the_account_is_swapped_once_the_new_one_is_active(till: Till, council: Council) -> None:
    old = council.stripe_account
    change = open_other(council, till)
    assert fresh(council).stripe_account == old
    assert change.new_account_state in {"created", "onboarding"}
    complete(change, till)
    change.refresh_from_db()
    found = fresh(council)
    assert (found.stripe_account, found.account_state) == (change.new_account, "active")
    assert found.contact_email == "bureau@north.example"
    assert (change.state, change.old_account) == ("done", old)
    done = StateChange.objects.filter(machine="change", subject_id=change.pk)
    assert list(done.values_list("trigger", "by")) == [
        ("asked", "M-DELPHI"),
        ("confirmed", "M-LOU"),
        ("replaced", "Stripe"),
    ]
    history = list(CouncilNotice.objects.order_by("pk").values_list("kind", flat=True))
    assert history == ["active", "change_asked", "change_confirmed", "change_done"]


@pytest.mark.parametrize(
    ("known", "given", "stored"),
    [
        ("732829320", "552100554", "552100554"),
        ("732829320", "", "732829320"),
        ("", "552100554", "552100554"),
    ],
)
def test_a_siren_given_with_the_new_account_is_stored_else_the_old_one_stays(
    till: Till, council: Council, known: str, given: str, stored: str
) -> None:
    Council.objects.update(siren=known)
    ask(council, till.at, siren=given)
    complete(confirm(council, till), till)
    assert fresh(council).siren == stored


def test_events_about_the_new_account_sync_it_too(till: Till, council: Council) -> None:
    change = open_other(council, till)
    till.simulator.pull(f"account/{change.new_account}/active")
    till.settle()
    assert fresh(council).stripe_account == change.new_account


def test_replacement_is_never_confirmed_by_who_asked_for_it(till: Till, council: Council) -> None:
    change = ask(council, till.at)
    with pytest.raises(Refused, match="jamais celle qui demande"):
        confirm_replacement(council=council, by=DELPHINE, at=till.at)
    with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        AccountChange.objects.filter(pk=change.pk).update(
            confirmed_by_reference="M-DELPHI", confirmed_at=till.at
        )
    assert not calls("change")


def test_stranger_of_another_space_decides_no_replacement(till: Till, council: Council) -> None:
    stranger = LOU._replace(schema_name="south")
    with pytest.raises(NotAllowed):
        ask(council, till.at, by=stranger)
    ask(council, till.at)
    for decide in (confirm_replacement, cancel_replacement):
        with pytest.raises(NotAllowed):
            decide(council=council, by=stranger, at=till.at)


def test_only_one_replacement_goes_on_at_a_time(till: Till, council: Council) -> None:
    ask(council, till.at)
    with pytest.raises(Refused, match="déjà en cours"):
        ask(council, till.at, by=LOU)
    confirm(council, till)
    with pytest.raises(Refused, match="Rechargez"):
        confirm_replacement(council=council, by=LOU, at=till.at)
    assert len(calls("change")) == 1


@begins_with(None)
def test_without_an_account_there_is_nothing_to_replace(till: Till) -> None:
    with pytest.raises(Refused, match="pas encore de compte"):
        ask(make_council("north"), till.at)


def test_transfer_on_its_way_arrives_at_the_old_account(till: Till, council: Council) -> None:
    old = council.stripe_account
    sell(till)
    change = open_other(council, till)
    later = let_go(till)
    (transfer,) = calls("transfer")
    assert (transfer.state, transfer.params["destination"]) == ("pending", old)
    till.jobs.waiting.clear()
    till.simulator.pull(f"account/{change.new_account}/active")
    changes.sync(council.pk, at=later)
    assert fresh(council).stripe_account == change.new_account
    changes.prepare_closings(at=later)
    assert not calls("close"), "money is on its way to the old account"
    make_call(transfer.pk, at=later)
    assert Share.objects.get().state == "transferred"
    sell(till._replace(at=later))
    clock.release(at=later + 3 * HOLD)
    assert calls("transfer")[-1].params["destination"] == change.new_account


def test_the_old_account_is_closed_once_it_is_empty(till: Till, council: Council) -> None:
    change = replace(council, till)
    close = closing(till.at)
    assert close.target == change.old_account
    make_call(close.pk, at=till.at)
    change.refresh_from_db()
    assert change.spare_closed_at is not None
    changes.prepare_closings(at=till.at + dt.timedelta(days=2))
    assert len(calls("close")) == 1
    row = StateChange.objects.get(machine="change", subject_id=change.pk, trigger="closed")
    assert (row.before, row.after, row.by) == ("done", "done", "Stripe")


@pytest.mark.parametrize(("status", "halts"), [(401, True), (404, False)])
def test_a_key_that_is_refused_when_we_look_whether_it_is_closed_halts_everything(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch, *, status: int, halts: bool
) -> None:
    change = open_other(council, till)
    complete(change, till)
    changes.prepare_closings(at=till.at)
    (close,) = calls("close")

    monkeypatch.setattr(reads, "account", refusing(Problem(status)))
    changes.sync_after_refusal(close, Problem(400), till.at)
    change.refresh_from_db()
    assert change.spare_closed_at is None
    assert StripeHalt.objects.exists() is halts


def test_a_closing_that_is_under_way_is_not_prepared_again(till: Till, council: Council) -> None:
    replace(council, till)
    closing(till.at)
    for state in ("in_flight", "unknown", "parked"):
        StripeCall.objects.filter(kind="close").update(state=state)
        changes.prepare_closings(at=till.at + dt.timedelta(days=30))
        assert len(calls("close")) == 1, state


def test_an_account_with_a_balance_is_closed_another_day(till: Till, council: Council) -> None:
    sell(till)
    let_go(till)
    till.jobs.run()
    assert Transfer.objects.get().state == "done"
    change = replace(council, till)
    close = closing(till.at)
    make_call(close.pk, at=till.at)
    close.refresh_from_db()
    assert close.state == "failed"
    changes.prepare_closings(at=till.at + dt.timedelta(hours=1))
    assert len(calls("close")) == 1, "not asked again on the same day"
    till.simulator.pull("balance", account=change.old_account, available="0")
    StripeCall.objects.filter(pk=close.pk).update(created_at=till.at - dt.timedelta(days=2))
    make_call(closing(till.at).pk, at=till.at)
    change.refresh_from_db()
    assert change.spare_closed_at is not None


def test_claim_is_asked_of_the_account_that_got_the_transfer(till: Till, council: Council) -> None:
    sell(till)
    let_go(till)
    till.jobs.run()
    till.simulator.pull("balance", account=council.stripe_account, available="0")
    till.give_back(Order.objects.get(), 24_000)
    assert Claim.objects.get().state == "owed"
    replace(council, till)
    till.simulator.pull("balance", account=fresh(council).stripe_account, available="8000")
    clock.watch(at=till.at)
    till.jobs.run()
    assert Claim.objects.get().state == "owed", "the new account has nothing of it"
    till.simulator.pull("balance", account=council.stripe_account, available="8000")
    clock.watch(at=till.at)
    till.jobs.run()
    assert Claim.objects.get().state == "done"


@pytest.mark.parametrize("confirmed", [False, True])
def test_replacement_is_given_up_any_time(till: Till, council: Council, *, confirmed: bool) -> None:
    change = ask(council, till.at)
    if confirmed:
        change = confirm(council, till)
    cancel_replacement(council=council, by=LOU, at=till.at)
    change.refresh_from_db()
    assert (change.state, change.ended_because) == ("cancelled", "Abandonné par Lou Ferrand")
    assert fresh(council).stripe_account == change.old_account
    if confirmed:
        complete(change, till)
        assert fresh(council).stripe_account == change.old_account
        changes.prepare_closings(at=till.at)
        (close,) = calls("close")
        assert close.target == change.new_account
    with pytest.raises(Refused, match="Aucun remplacement"):
        cancel_replacement(council=council, by=LOU, at=till.at)


def test_account_that_comes_after_a_retreat_is_closed(till: Till, council: Council) -> None:
    ask(council, till.at)
    call = confirm_replacement(council=council, by=LOU, at=till.at)
    cancel_replacement(council=council, by=LOU, at=till.at)
    make_call(call.pk, at=till.at)
    change = AccountChange.objects.get()
    assert (change.state, change.new_account[:5]) == ("cancelled", "acct_")
    changes.prepare_closings(at=till.at)
    assert [call.target for call in calls("close")] == [change.new_account]


def test_after_thirty_days_nobody_went_on_and_it_lapses(till: Till, council: Council) -> None:
    ask(council, till.at)
    clock.watch(at=till.at + dt.timedelta(days=29))
    assert AccountChange.objects.get().state == "asked"
    clock.watch(at=till.at + dt.timedelta(days=30))
    change = AccountChange.objects.get()
    assert (change.state, change.ended_because) == (
        "cancelled",
        "Personne n’y a donné suite en trente jours",
    )
    mail.outbox.clear()
    till.jobs.catch_up()
    assert "Le remplacement du compte est abandonné" in {one.subject for one in mail.outbox}


@pytest.mark.parametrize("state", ["rejected", "closed"])
def test_lost_account_is_replaced_and_shares_go(till: Till, council: Council, state: str) -> None:
    till.simulator.pull(f"account/{council.stripe_account}/{state}")
    tasks.sync_account(council.pk)
    sell(till)
    later = let_go(till)
    assert Share.objects.get().state == "waiting_account"
    replace(council, till)
    clock.release(at=later)
    till.jobs.run()
    assert Share.objects.get().state == "transferred"
    assert sum(LedgerEntry.objects.values_list("amount_cents", flat=True)) == 0


def test_a_call_that_stripe_did_not_answer_opens_one_account(till: Till, council: Council) -> None:
    ask(council, till.at)
    till.fail("error_before", "/v2/core/accounts", times="3")
    change = confirm(council, till)
    assert not change.new_account
    (call,) = calls("change")
    make_call(call.pk, at=till.at + dt.timedelta(minutes=5))
    assert AccountChange.objects.get().new_account
    assert council_of_account(AccountChange.objects.get().new_account) == council.pk


def test_night_watches_the_new_account_of_a_closed_one(till: Till, council: Council) -> None:
    till.simulator.pull(f"account/{council.stripe_account}/closed")
    tasks.sync_account(council.pk)
    assert councils_to_watch() == []
    change = open_other(council, till)
    assert councils_to_watch() == [council.pk]
    till.simulator.pull(f"account/{change.new_account}/active")
    till.jobs.waiting.clear()
    clock.watch(at=till.at)
    till.jobs.run()
    assert fresh(council).stripe_account == change.new_account
