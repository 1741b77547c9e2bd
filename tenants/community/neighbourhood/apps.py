"""The app of this room."""

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import (
    catalogue_hooks,
    digest_hooks,
    home_hooks,
    screen_hooks,
    shelf_hooks,
)
from saas.kernel.people import erasing, reporting
from saas.kernel.search import search_hooks
from saas.kernel.web import touching


class NeighbourhoodConfig(AppConfig):
    """The catalogue seen from this gate, the placements shown here, and the money they bring."""

    name = "tenants.community.neighbourhood"
    label = "neighbourhood"

    def ready(self) -> None:
        """Register the placements of a slot, the money they bring, and the job that saves it."""
        from tenants.community.neighbourhood import actions, clock  # noqa: PLC0415 - models first
        from tenants.community.neighbourhood.models import CouncilMonth  # noqa: PLC0415
        from tenants.community.neighbourhood.queries import (  # noqa: PLC0415 - models first
            council,
            mailed,
            placed,
            running,
            searched,
            slides,
        )

        hooks.sponsored.offer(self.label, placed.sponsored)
        hooks.slides.offer(self.label, slides.slides)
        screen_hooks.sold_on_screens.offer(self.label, placed.sold_on_screens)
        screen_hooks.flight_runs.offer(self.label, placed.flight_runs)
        shelf_hooks.shelf_sponsors.offer(self.label, placed.shelf_sponsors)

        shelf_hooks.sponsor_served.offer(
            self.label,
            lambda served, person, at: actions.count_served(served=served, by=person, at=at),
        )
        digest_hooks.digest_ads.offer(self.label, mailed.digest_ads)
        digest_hooks.ads_carried.offer(
            self.label, lambda carried, at: actions.count_carried(carried=carried, at=at)
        )
        revision.watch(CouncilMonth)
        hooks.merchant_offers.offer(self.label, placed.merchant_offers)
        hooks.council_brief.offer(self.label, council.council_brief)
        hooks.settlement_changed.offer(self.label, clock.after_settlement)
        touching.offer("/neighbourhood/touch/")
        home_hooks.running.offer(self.label, running.running)
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.on_map.offer(self.label, searched.on_map)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        hooks.closing.offer(self.label, clock.before_closing)
        self._offer_to_the_catalogue()
        self._offer_what_is_personal()

    def _offer_to_the_catalogue(self) -> None:
        from tenants.community.neighbourhood import clock  # noqa: PLC0415 - models first
        from tenants.community.neighbourhood.queries import offers  # noqa: PLC0415 - models first

        catalogue_hooks.shops_merged.offer(self.label, clock.after_merger)
        catalogue_hooks.reports_answered.offer(self.label, clock.after_answer)
        catalogue_hooks.offers_around.offer(self.label, offers.around)

    def _offer_what_is_personal(self) -> None:
        from tenants.community.neighbourhood import actions  # noqa: PLC0415 - models first
        from tenants.community.neighbourhood.queries import (  # noqa: PLC0415 - models first
            marks,
            offers,
            reported,
        )

        reporting.own_reports.offer(self.label, reported.own_reports)
        hooks.personal_data.offer(
            self.label,
            lambda one: (
                reported.personal_data(one) + offers.personal_data(one) + marks.personal_data(one)
            ),
        )
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
