"""Connected accounts follow Stripe; council members are notified of each change a single time."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache

from billing import clock
from billing.adjustments.actions.refunds import request_refund
from billing.councils import tasks
from billing.councils.actions import requirements as reminders
from billing.councils.queries.own import councils_here
from billing.councils.settlement import accounts
from billing.models import Council, CouncilNotice, StripeCall, StripeHalt
from billing.stripe.gateway import values
from billing.stripe.rules.answers import Problem
from saas.console.queries.councils import councils_in_need
from saas.kernel import schema
from tenants.community.members.models import Role
from tests.billing.councils.settlement.test_changes import active
from tests.factories.billing import make_campaign, make_council, make_merchant_user, make_shop
from tests.factories.stripe_objects import refusing, stripe_account
from tests.fixtures.billing import Till, begins_with
from tests.fixtures.people import AT, make_user

pytestmark = [pytest.mark.django_db, begins_with(active)]

type Says = Callable[..., Council]
DEADLINE = dt.datetime(2026, 12, 12, tzinfo=dt.UTC)


def kinds() -> list[str]:
    return list(CouncilNotice.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def says(council: Council, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Return a function that changes Stripe's account, syncs it and returns the council."""

    def say(**changes: Any) -> Council:
        account = stripe_account(id=council.stripe_account, **changes)
        monkeypatch.setattr("billing.councils.settlement.accounts.reads.account", lambda _: account)
        tasks.sync_account(council.pk)
        return Council.objects.get(pk=council.pk)

    return say


@pytest.mark.parametrize("state", ["restricted", "rejected", "unsupported", "closed"])
def test_each_state_of_stripe_is_ours_and_a_mail(till: Till, council: Council, state: str) -> None:
    till.simulator.pull(f"account/{council.stripe_account}/{state}")
    for _ in range(3):
        tasks.sync_account(council.pk)
    till.jobs.run()
    assert Council.objects.get(pk=council.pk).account_state == state
    assert kinds() == ["active", state]
    assert [message.to for message in mail.outbox].count(["cse@north.example"]) == 1


def test_account_that_works_again_says_so(till: Till, council: Council) -> None:
    for state in ("restricted", "active"):
        till.simulator.pull(f"account/{council.stripe_account}/{state}")
        tasks.sync_account(council.pk)
    till.jobs.run()
    assert kinds() == ["active", "restricted", "active"]
    assert mail.outbox[-1].subject == "Le compte du CSE est actif"


def test_requirements_are_recorded_with_their_day_and_mailed_once(till: Till, says: Says) -> None:
    asks = {
        "deadlines": {"currently_due"},
        "requirements": (
            values.Requirement("relationship.representative.address", "currently_due"),
        ),
        "deadline_at": DEADLINE,
    }
    says(**asks)
    council = says(**asks)
    till.jobs.run()
    assert council.account_needs == "currently_due"
    assert council.account_deadline_at == DEADLINE
    assert council.account_requirements == [
        {"what": "relationship.representative.address", "status": "currently_due", "why": ""}
    ]
    assert kinds() == ["active", "needs"]
    assert "demande avant le 12/12/2026\u00a0: l’identité du représentant." in mail.outbox[-1].body


def test_a_document_that_was_not_accepted_is_asked_again_with_the_reason(
    till: Till, says: Says
) -> None:
    why = "verification_document_not_readable"
    requirement = values.Requirement("identity.business_details.documents", "currently_due", why)
    says(deadlines={"currently_due"}, requirements=(requirement,))
    till.jobs.run()
    words = "un justificatif de l’existence du CSE (le document est illisible)."
    assert words in mail.outbox[-1].body


def test_a_further_requirement_is_notified_and_being_late_as_well(says: Says) -> None:
    one = values.Requirement("identity.business_details.address", "currently_due")
    other = values.Requirement("identity.business_details.documents", "currently_due")
    says(deadlines={"currently_due"}, requirements=(one,))
    says(deadlines={"currently_due"}, requirements=(one, other))
    says(deadlines={"past_due"}, requirements=(one, other))
    says(deadlines={"past_due"}, requirements=(one, other))
    assert kinds() == ["active", "needs", "needs", "past_due"]


def test_money_that_cannot_leave_stripe_is_notified(till: Till, says: Says) -> None:
    council = says(payouts="restricted")
    till.jobs.run()
    assert (council.account_state, council.payouts_state) == ("active", "restricted")
    assert kinds() == ["active", "payouts_stopped"]
    assert "l’argent arrive mais ne peut pas quitter Stripe" in str(mail.outbox[-1].body)


def test_notice_goes_to_treasurers_and_elected_members(till: Till, council: Council) -> None:
    with schema.inside("north"):
        for name, role in (("Delphine", "treasurer"), ("Lou", "council"), ("Max", "moderator")):
            Role.objects.create(user=make_user(name), role=role, given_at=AT)
        former = make_user("Ada", is_active=False)
        Role.objects.create(user=former, role="treasurer", given_at=AT)
    till.simulator.pull(f"account/{council.stripe_account}/restricted")
    tasks.sync_account(council.pk)
    till.jobs.run()
    mailed = sorted(message.to[0].split("@")[0].rstrip("0123456789") for message in mail.outbox)
    assert mailed == ["cse", "delphine", "lou"]


def test_an_account_whose_place_was_taken_says_nothing_any_more(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = stripe_account(id="acct_old", capability="rejected", payouts="rejected")
    monkeypatch.setattr("billing.councils.settlement.accounts.reads.account", lambda _: old)
    accounts.sync(council.pk, at=AT)
    assert Council.objects.get(pk=council.pk).account_state == "active"


def test_a_mail_that_is_refused_is_sent_by_the_clock(
    till: Till, council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    till.simulator.pull(f"account/{council.stripe_account}/restricted")
    tasks.sync_account(council.pk)
    with monkeypatch.context() as patched:
        patched.setattr("billing.councils.notifications.mail.send", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.mail_council_notice(CouncilNotice.objects.get(kind="restricted").pk)
    till.jobs.waiting.clear()
    cache.clear()  # a minute has passed
    till.jobs.catch_up()
    assert [message.subject for message in mail.outbox] == ["Le compte du CSE est bloqué"]


@begins_with(None)
def test_requirements_during_onboarding_are_mailed_to_nobody(till: Till) -> None:
    council = make_council("north")
    till.active_account(council)
    assert StripeCall.objects.get(kind="account").state == "done"
    assert kinds() == ["active"]


def test_overdrawn_account_is_seen_by_both_sides(till: Till, council: Council) -> None:
    till.simulator.pull("balance", account=council.stripe_account, available="-1250")
    tasks.sync_account(council.pk)
    found = Council.objects.get(pk=council.pk)
    assert (found.account_balance_cents, found.account_balance_at is not None) == (-1_250, True)
    with schema.inside("north"):
        (here,) = councils_here()
    assert here.overdrawn_cents == 1_250
    assert [(one.council, one.why) for one in councils_in_need()] == [
        (found, "Solde Stripe négatif\u00a0: −12,50\u00a0€")
    ]
    till.simulator.pull("balance", account=council.stripe_account, available="300")
    tasks.sync_account(council.pk)
    with schema.inside("north"):
        (here,) = councils_here()
    assert (here.account_balance_cents, here.overdrawn_cents) == (300, 0)
    assert councils_in_need() == []


def test_a_reversal_has_the_balance_looked_at(till: Till, council: Council) -> None:
    order = till.sell(make_campaign(make_shop(), {"north": 20_000}, at=till.at))
    later = till.at + dt.timedelta(days=14, hours=1)
    till.simulator.pull("clock/advance", to=later.isoformat())
    clock.release(at=later)
    till.settle()
    by = make_merchant_user("Opale")
    request_refund(order=order, amount_cents=24_000, reason="Refusée", by=by, at=later)
    Council.objects.update(account_balance_at=None)
    till.settle()
    till.settle()
    found = Council.objects.get(pk=council.pk)
    assert (found.account_balance_cents, found.account_balance_at is not None) == (0, True)


def test_a_balance_that_stripe_refuses_to_give_changes_nothing(
    council: Council, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = refusing(Problem(403, code="account_invalid"))
    before = council.account_balance_cents
    monkeypatch.setattr("billing.councils.settlement.accounts.reads.balance_cents", gone)
    tasks.sync_account(council.pk)
    assert Council.objects.get(pk=council.pk).account_balance_cents == before
    assert not StripeHalt.objects.filter(ended_at=None).exists()


def test_coming_requirements_are_recorded_and_mailed_once(till: Till, council: Council) -> None:
    till.simulator.pull(f"account/{council.stripe_account}/future_requirement", days="60")
    for _ in range(2):
        tasks.sync_account(council.pk)
    till.jobs.run()
    council.refresh_from_db()
    assert (council.account_needs, len(council.account_coming or [])) == ("nothing", 1)
    assert council.account_coming_at
    assert kinds() == ["active", "coming"]
    assert "demandera à partir du" in mail.outbox[-1].body


def test_council_is_reminded_a_week_and_a_day_before_a_deadline(says: Says) -> None:
    address = values.Requirement("identity.business_details.address", "currently_due")
    says(deadlines={"currently_due"}, requirements=(address,), deadline_at=DEADLINE)
    for days, hour in ((8, 0), (7, 0), (6, 0), (1, 0), (0, 12), (0, 0), (-1, 0)):
        reminders.remind(at=DEADLINE - dt.timedelta(days=days, hours=hour))
    assert kinds() == ["active", "needs", "reminded", "reminded"]
    given = list(CouncilNotice.objects.filter(kind="reminded").order_by("pk"))
    assert [notice.facts["days"] for notice in given] == [7, 1]
    tasks.mail_council_notice(given[-1].pk)
    assert "attend avant le 12/12/2026" in mail.outbox[-1].body


def test_council_that_answered_or_was_asked_yesterday_is_not_reminded(says: Says) -> None:
    address = values.Requirement("identity.business_details.address", "currently_due")
    says(deadlines={"currently_due"}, requirements=(address,), deadline_at=DEADLINE)
    CouncilNotice.objects.update(happened_at=DEADLINE - dt.timedelta(days=6))
    assert reminders.remind(at=DEADLINE - dt.timedelta(days=5)) == 0
    says()
    assert reminders.remind(at=DEADLINE - dt.timedelta(days=1)) == 0
