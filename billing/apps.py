"""The app of this room."""

import datetime as dt

from django.apps import AppConfig

from saas.kernel import hooks


class BillingConfig(AppConfig):
    """From a merchant's payment to each works council's share, to the cent."""

    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Offer a new space's council its first terms, and tell other rooms what money asks for."""
        from billing import actions, queries  # noqa: PLC0415 - models load first

        def found(founded: hooks.Founded, at: dt.datetime) -> None:
            begun_at = founded.begun_at or at
            actions.offer_first_terms(tenant_id=founded.tenant_id, begun_at=begun_at, at=at)

        def restored(tenant_id: int, at: dt.datetime) -> None:
            actions.offer_first_terms(tenant_id=tenant_id, begun_at=at, at=at)

        def gone(tenant_id: int, at: dt.datetime) -> dict[str, int]:
            return {"contacts": actions.forget_contacts(tenant_id=tenant_id, at=at)}

        def changed(merchant_id: int, at: dt.datetime) -> None:
            actions.tell_changes(merchant_id=merchant_id, at=at)

        hooks.merchant_changed.offer(self.label, changed)
        hooks.founded.offer(self.label, found)
        hooks.space_restored.offer(self.label, restored)
        hooks.obstacles.offer(self.label, queries.obstacles)
        hooks.legal_records.offer(self.label, queries.kept)
        hooks.space_deleted.offer(self.label, gone)
        hooks.merchant_needs.offer(self.label, queries.needs_of)
        hooks.underway.offer(self.label, queries.underway)
