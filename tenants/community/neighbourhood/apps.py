"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import home_hooks, hooks, revision, search_hooks, touching


class NeighbourhoodConfig(AppConfig):
    """The catalogue seen from this gate, the placements shown here, and what they bring."""

    name = "tenants.community.neighbourhood"
    label = "neighbourhood"

    def ready(self) -> None:
        """Offer the placements of a slot, what they brought, and the job that keeps it."""
        from tenants.community.neighbourhood import clock, queries  # noqa: PLC0415 - models first
        from tenants.community.neighbourhood.models import CouncilMonth  # noqa: PLC0415

        hooks.sponsored.offer(self.label, queries.sponsored)
        hooks.slides.offer(self.label, queries.slides)
        revision.watch(CouncilMonth)
        hooks.merchant_offers.offer(self.label, queries.merchant_offers)
        hooks.council_brief.offer(self.label, queries.council_brief)
        hooks.settlement_changed.offer(self.label, clock.after_settlement)
        touching.offer("/neighbourhood/touch/")
        home_hooks.around.offer(self.label, queries.around_home)
        search_hooks.search.offer(self.label, queries.search)
        search_hooks.tiles_by_reference.offer(self.label, queries.tiles_by_reference)
        hooks.closing.offer(self.label, clock.hand_over)
