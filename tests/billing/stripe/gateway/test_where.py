"""Stripe is called only where no request is blocked: in jobs of the caller."""

from typing import Any

import pytest
from celery import Task, current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import LazySettings
from django.conf import settings as installed

from billing import views
from billing.stripe.gateway import reads
from billing.stripe.gateway.client import CalledHereError, kind_of
from infra.local.stack import FETCHER_THREADS
from saas.catalogue.merchants.models import Merchant
from saas.kernel.tasks import (
    OUTSIDE_OF_A_SPACE,
    UNAWAITED_AT_ONCE,
    AwaitedPublicTask,
    OutsideTask,
    PublicTask,
)
from saas.kernel.watching import metrics
from saas.kernel.watching.metrics import Sample
from tests.fixtures.people import SpaceClient

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_simulator")]
OF_THE_CALLER = {
    "saas.catalogue.merchants.tasks.check_vat_number",
    "billing.councils.tasks.retry_reversal",
    "billing.councils.tasks.sync_account",
    "billing.adjustments.tasks.sync_dispute",
    "billing.orders.tasks.sync_payment",
    "billing.councils.tasks.sync_payouts",
    "billing.adjustments.tasks.sync_refunds",
    "billing.orders.tasks.sync_subscription",
    "billing.ledger.tasks.refetch_case",
    "billing.councils.tasks.refetch_claim",
    "billing.stripe.tasks.process_event",
    "billing.stripe.tasks.send_call",
    "billing.clock.catch_up",
    "billing.clock.exchange_einvoices",
    "billing.clock.refetch_unsettled",
    "billing.clock.reconcile_balance",
}
OUTSIDE = (OutsideTask, AwaitedPublicTask)
OF_THE_FETCHER = {
    "tenants.community.integrations.tasks.deliver",
    "tenants.community.mediastore.tasks.fetch_feed",
    "tenants.community.notifications.tasks.push_event",
    "tenants.community.notifications.tasks.push_waiting",
    "saas.geocoding.tasks.look_up",
    "tenants.community.sso.tasks.describe",
    "tenants.community.sso.tasks.exchange",
    "tenants.community.sso.tasks.read_metadata",
}


def test_page_that_calls_stripe_is_stopped(shop: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    client = SpaceClient(installed.BASE_HOST)
    client.force_login(shop.owner)
    monkeypatch.setattr(views, "own_orders", lambda *_, **__: reads.balance_cents())
    with pytest.raises(CalledHereError, match="a request called Stripe"):
        client.get("/desk/orders/")


@pytest.mark.parametrize("process", ["web", "worker", "fetcher", "founder", "beat"])
def test_a_process_that_others_wait_for_calls_nobody(settings: LazySettings, process: str) -> None:
    settings.TROOVON_PROCESS = process
    with pytest.raises(CalledHereError, match=f"{process} called Stripe"):
        reads.balance_cents()


@pytest.mark.parametrize("process", ["caller", "manage"])
def test_the_caller_and_commands_call(settings: LazySettings, process: str) -> None:
    settings.TROOVON_PROCESS = process
    assert reads.balance_cents() == 0


@shared_task(base=PublicTask)
def read_the_balance() -> None:
    """Ask Stripe something."""
    reads.balance_cents()


def test_a_job_whose_time_is_up_asks_stripe_nothing_more(settings: LazySettings) -> None:
    read_the_balance()
    settings.CELERY_TASK_SOFT_TIME_LIMIT = -1
    with pytest.raises(SoftTimeLimitExceeded):
        read_the_balance()


def queue_of(task: Task[Any, Any]) -> str:
    return str(current_app.amqp.router.route({}, task.name)["queue"].name)


@pytest.fixture
def installed_tasks() -> dict[str, Task[Any, Any]]:
    """The product's tasks by name, as a worker loads them: a test run imports them by and by."""
    current_app.loader.import_default_modules()
    homes = ("saas.", "tenants.", "billing.")
    return {name: task for name, task in current_app.tasks.items() if name.startswith(homes)}


def test_caller_alone_speaks_to_others(installed_tasks: dict[str, Task[Any, Any]]) -> None:
    named = {name for name, task in installed_tasks.items() if queue_of(task) == "calls"}
    assert named == OF_THE_CALLER


def test_fetcher_alone_speaks_to_servers_of_others(
    installed_tasks: dict[str, Task[Any, Any]],
) -> None:
    """Stripe and VIES are ours to trust; the others anybody may name, and have hang."""
    queued = {name for name, task in installed_tasks.items() if queue_of(task) == "fetches"}
    assert queued == OF_THE_FETCHER
    outside = {name for name, task in installed_tasks.items() if isinstance(task, OUTSIDE)}
    assert outside == OF_THE_FETCHER


def test_people_who_sign_in_find_a_thread_beside_all_that_hangs() -> None:
    assert UNAWAITED_AT_ONCE + OUTSIDE_OF_A_SPACE < FETCHER_THREADS


def test_a_click_goes_before_all_that_wait() -> None:
    route = current_app.amqp.router.route({}, "billing.stripe.tasks.send_call")
    clicked = current_app.amqp.router.route({"priority": 0}, "billing.stripe.tasks.send_call")
    assert (route["priority"], clicked["priority"]) == (9, 0)


@pytest.mark.parametrize(
    ("method", "url", "kind"),
    [
        ("get", "https://api.stripe.com/v1/balance", "get v1/balance"),
        ("post", "https://x/v1/checkout/sessions?expand[]=a", "post v1/checkout/sessions"),
        ("post", "https://x/v1/accounts/acct_1AbC/login_links", "post v1/accounts/login_links"),
        ("get", "https://x/v1/checkout/sessions/cs_test_a1B2", "get v1/checkout/sessions"),
    ],
)
def test_kind_of_call_holds_no_id(method: str, url: str, kind: str) -> None:
    assert kind_of(method, url) == kind.replace("v1/", "")


def test_call_to_stripe_is_counted_by_kind_and_outcome(settings: LazySettings) -> None:
    settings.TROOVON_PROCESS = "test"
    metrics.take()
    reads.balance_cents()
    taken = metrics.take()
    assert taken[Sample("troovon_stripe_calls", "", ("get balance", "200"))] == 1
    assert taken[Sample("troovon_stripe_call_duration_seconds", "sum", ("get balance",))] > 0
