"""Paid orders on their way through a webhook, the books and a transfer, as the bench times them."""

import datetime as dt
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from celery import Task

from billing import clock
from billing.forms import CheckoutForm
from billing.models import Order, Payment, Share
from billing.stripe import tasks
from infra.demo import calling, levers
from infra.drills.inside.money import hours, mail, money_world
from saas.catalogue.placements.models import Campaign
from saas.kernel.hooks import Hook
from saas.kernel.tasks import PublicTask, TenantTask

NET_CENTS = 20_000
PAID = "checkout.session.completed"
HOLD = dt.timedelta(days=10)


class Paid(NamedTuple):
    """An order paid on Stripe's page and not yet reported to the product."""

    order: int
    payment: int
    session: str
    group: str


class Jobs:
    """The worker of this process: queued jobs run in turn after their caller ends."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Task[Any, None], tuple[Any, ...]]] = []
        waiting = self.waiting

        def queue(task: Any, args: Any = (), **_: Any) -> None:
            waiting.append((task, tuple(args)))

        PublicTask.apply_async = queue  # type: ignore[method-assign,assignment]
        TenantTask.apply_async = lambda *_, **__: None  # type: ignore[method-assign,assignment]
        tasks.follow_ups = Hook()  # papers and mails are no part of it

    def run(self) -> None:
        """Run all queued jobs, and the jobs that these queue."""
        while self.waiting:
            task, args = self.waiting.pop(0)
            task(*args)


class SettlementBench:
    """A town that buys as often as it is asked to."""

    def __init__(self) -> None:
        hours.follow()
        self.jobs = Jobs()
        self.world = money_world.build(hours.advance(seconds="1"), more_spaces=0)
        self.tenant = self.world.tenants[-1]  # the only space with a single council
        self.endpoints = mail.Endpoints()

    def sell(self, count: int) -> list[Paid]:
        """Have so many orders paid at Stripe, without a word about it here."""
        at = hours.advance(seconds="1")
        shops = self.world.shops
        wishes = [
            money_world.Wish(shops[number % len(shops)], {self.tenant: NET_CENTS + number}, 1)
            for number in range(count)
        ]
        campaigns = money_world.draw_up(wishes, at)
        for campaign in Campaign.objects.filter(pk__in=campaigns).select_related("merchant__owner"):
            order = CheckoutForm({}).submit(campaign=campaign, by=campaign.merchant.owner, at=at)
            if order:
                calling.make_calls_of(order, at=at)
        opened = Payment.objects.filter(order__campaign__in=campaigns).select_related("order")
        paid = []
        for payment in opened.order_by("pk"):
            levers.pull(f"pay/{payment.session_id}")
            group = payment.order.transfer_group
            paid.append(Paid(payment.order_id, payment.pk, payment.session_id, group))
        return paid

    def settle(self, paid: list[Paid]) -> float:
        """Let the event of each payment arrive, and later each share leave; answer the seconds."""
        deliveries = deliveries_of(paid)
        began = time.perf_counter()
        for one in paid:
            self.endpoints.post(deliveries[one.session])
            self.jobs.run()
        seconds = time.perf_counter() - began
        hours.advance(days=str(HOLD.days))
        began = time.perf_counter()
        clock.release_shares()
        self.jobs.run()
        seconds += time.perf_counter() - began
        self._check(paid)
        return seconds

    def _check(self, paid: list[Paid]) -> None:
        """Raise RuntimeError unless all orders are settled, because the figure would be void."""
        orders = [one.order for one in paid]
        done = Order.objects.filter(
            pk__in=orders, sales__shares__state=Share.State.TRANSFERRED
        ).count()
        if done != len(paid):
            raise RuntimeError(f"{done} of {len(paid)} orders are settled")


def deliveries_of(paid: Iterable[Paid]) -> dict[str, mail.Delivery]:
    """Return Stripe's webhook deliveries for the payments, by checkout session."""
    wanted = {one.session for one in paid}
    listed = levers.listed(f"/v1/events?type={PAID}", most=4 * len(wanted))
    by_session = {event["data"]["object"]["id"]: event for event in listed}
    return {session: mail.genuine(by_session[session])[0] for session in wanted}
