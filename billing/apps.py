"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig

from saas.kernel import hooks
from saas.kernel.offers import catalogue_hooks
from saas.kernel.people import departing


class BillingConfig(AppConfig):
    """From a merchant's payment to each works council's share, to the cent."""

    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Register billing's hooks: a new space's first terms, and answers to other packages."""
        from billing.councils.actions.councils import (  # noqa: PLC0415 - models load first
            forget_contacts,
            offer_first_terms,
        )
        from billing.councils.queries.endings import admin_obstacles, legal_records, obstacles  # noqa: PLC0415
        from billing.orders.actions.checkout import withdraw_replaced  # noqa: PLC0415
        from billing.orders.actions.customers import update_stripe_customer  # noqa: PLC0415
        from billing.orders.settlement import establishments  # noqa: PLC0415

        def found(founded: hooks.Founded, at: dt.datetime) -> None:
            begun_at = founded.begun_at or at
            offer_first_terms(tenant_id=founded.tenant_id, begun_at=begun_at, at=at)

        def restored(tenant_id: int, at: dt.datetime) -> None:
            offer_first_terms(tenant_id=tenant_id, begun_at=at, at=at)

        def gone(tenant_id: int, at: dt.datetime) -> dict[str, int]:
            return {"contacts": forget_contacts(tenant_id=tenant_id, at=at)}

        def changed(merchant_id: int, at: dt.datetime) -> None:
            update_stripe_customer(merchant_id=merchant_id, at=at)
            establishments.review(merchant_id, at=at)

        def replaced(campaign_id: int, by: Any, at: dt.datetime) -> None:
            withdraw_replaced(campaign_id=campaign_id, by=by, at=at)

        hooks.merchant_changed.offer(self.label, changed)
        hooks.campaign_replaced.offer(self.label, replaced)
        hooks.founded.offer(self.label, found)
        hooks.space_restored.offer(self.label, restored)
        hooks.obstacles.offer(self.label, obstacles)
        hooks.admin_obstacles.offer(self.label, admin_obstacles)
        hooks.legal_records.offer(self.label, legal_records)
        hooks.space_deleted.offer(self.label, gone)
        self._answer_catalogue()
        self._join_rooms()

    def _answer_catalogue(self) -> None:
        """Register the answers that the merchant's desk reads."""
        from billing.councils.queries.campaigns import (  # noqa: PLC0415
            cost_of_campaign,
            shares_of_campaign,
        )
        from billing.orders.queries.needs import needs_of, underway  # noqa: PLC0415

        catalogue_hooks.merchant_needs.offer(self.label, needs_of)
        catalogue_hooks.underway.offer(self.label, underway)
        catalogue_hooks.campaign_shares.offer(self.label, shares_of_campaign)
        catalogue_hooks.campaign_cost.offer(self.label, cost_of_campaign)

    def _join_rooms(self) -> None:
        """Register the functions that lower packages of billing call in higher packages."""
        from billing.adjustments.actions.reopenings import carry_lost_days_over  # noqa: PLC0415
        from billing.adjustments.tasks import adjustments_due  # noqa: PLC0415 - models load first
        from billing.councils.actions.departures import end_with_company  # noqa: PLC0415
        from billing.councils.tasks import councils_due  # noqa: PLC0415
        from billing.dispatch import calls, events, refetching  # noqa: PLC0415
        from billing.ledger.settlement import reconcile  # noqa: PLC0415
        from billing.orders.tasks import orders_due  # noqa: PLC0415
        from billing.papers.tasks import papers_due  # noqa: PLC0415
        from billing.stripe.calls.handlers import handler_of  # noqa: PLC0415
        from billing.stripe.events import sync_event  # noqa: PLC0415
        from billing.stripe.tasks import follow_ups  # noqa: PLC0415

        handler_of.offer(self.label, calls.HANDLERS.__getitem__)
        sync_event.offer(self.label, events.sync)
        reconcile.refetch_difference.offer(
            self.label, lambda difference, at: refetching.refetch(difference, at=at)
        )
        reconcile.refetch_fee.offer(
            self.label, lambda payment, at: refetching.refetch_fee(payment, at=at)
        )
        reconcile.refetch_about.offer(
            self.label, lambda case, at: refetching.refetch_case(case, at=at)
        )
        follow_ups.offer("papers", papers_due)
        follow_ups.offer("councils", councils_due)
        follow_ups.offer("orders", orders_due)
        follow_ups.offer("adjustments", adjustments_due)
        hooks.space_reopened.offer(
            self.label,
            lambda key, since, at: carry_lost_days_over(tenant_id=key, closed_at=since, at=at),
        )
        departing.company_left.offer(
            self.label,
            lambda key, company, at: end_with_company(tenant_id=key, company_id=company, at=at),
        )
