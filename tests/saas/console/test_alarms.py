"""Alarms: each row that waits for an operator is mailed once, and a day before its deadline."""

import datetime as dt

from django.core import mail
from django.utils import timezone

from billing.models import Council, StripeCall
from saas.console import clock, tasks
from saas.console.queries import needs
from saas.console.queues.registry import QUEUES
from saas.console.waiting.registry import waiting_rows
from tests.factories.billing import make_council
from tests.fixtures.people import SpaceClient

DAY = dt.timedelta(days=1)


def remind() -> None:
    clock.remind_operators()
    tasks.mail_reminders()


def refused_checkout() -> StripeCall:
    return StripeCall.objects.create(
        kind="checkout",
        subject_id=1,
        state="failed",
        params={},
        key="test:1",
        created_at=timezone.now(),
    )


def blocked_account() -> Council:
    council = make_council("north", account="acct_north")
    council.account_state = Council.AccountState.RESTRICTED
    council.account_seen_at = timezone.now()
    council.save()
    return council


def test_refused_checkout_is_mailed_once_and_stands_on_the_console(console: SpaceClient) -> None:
    refused_checkout()

    remind()
    remind()

    [sent] = mail.outbox
    assert "1 chose attend une réponse de Troovon" in sent.subject
    assert "1 paiement que Stripe a refusé d’ouvrir" in sent.body
    assert "1 paiement que Stripe a refusé d’ouvrir" in [
        one.text for one in needs.needs(at=timezone.now())
    ]


def test_later_checkout_of_the_same_order_ends_the_alarm(console: SpaceClient) -> None:
    first = refused_checkout()
    StripeCall.objects.create(
        kind="checkout",
        subject_id=first.subject_id,
        state="pending",
        params={},
        key="test:2",
        created_at=timezone.now(),
    )
    remind()
    assert mail.outbox == []


def test_account_that_is_read_again_is_no_new_alarm_and_one_blocked_again_is(
    console: SpaceClient,
) -> None:
    council = blocked_account()
    remind()
    Council.objects.filter(pk=council.pk).update(account_seen_at=timezone.now() + DAY)
    remind()
    assert len([one for one in mail.outbox if "compte est bloqué" in one.body]) == 1

    Council.objects.filter(pk=council.pk).update(account_state=Council.AccountState.ACTIVE)
    remind()
    Council.objects.filter(pk=council.pk).update(account_state=Council.AccountState.RESTRICTED)
    remind()
    assert len([one for one in mail.outbox if "compte est bloqué" in one.body]) == 2


def test_alarm_keys_are_unique_and_fit_their_column(db: None) -> None:
    keys = [one.alarm for one in waiting_rows(at=timezone.now()) if one.alarm]
    keys += [queue.key for queue in QUEUES]
    assert len(keys) == len(set(keys))
    assert max(map(len, keys)) <= 20
    assert {"dispute", "refund_back", "account_blocked", "payout_refused", "refund_approve"} < set(
        keys
    )
