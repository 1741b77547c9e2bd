"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules
from saas.kernel.offers import adoption_hooks, digest_hooks, home_hooks
from saas.kernel.people import dealings as dealing_hooks
from saas.kernel.people import erasing, judging, moving
from saas.kernel.search import search_hooks
from saas.kernel.values import calendars


class RidesConfig(AppConfig):
    """The room of rides that colleagues share."""

    name = "tenants.community.rides"
    label = "rides"

    def ready(self) -> None:
        """Register this room's hooks for the home page, conversations, neighbours and leavers."""
        from tenants.community.rides import actions  # noqa: PLC0415 - models first
        from tenants.community.rides.queries import (  # noqa: PLC0415 - models first
            board,
            calendar,
            dealings,
            novelties,
            running,
            searched,
            single,
            today,
        )

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.settle_leaver(by=person, at=at)

        def on_employer_changed(person: Any, company_id: int | None, at: dt.datetime) -> None:
            actions.settle_move(by=person, company_id=company_id, at=at)

        calendars.entries.offer(self.label, calendar.calendar_entries)
        dealing_hooks.between.offer(self.label, dealings.between)
        hooks.feed.offer(self.label, board.for_feed)
        hooks.subject.offer(self.label, single.subject)
        hooks.member_left.offer(self.label, on_member_left)
        moving.employer_changed.offer(self.label, on_employer_changed)
        home_hooks.today_columns.offer(self.label, today.columns)
        home_hooks.begun_columns.offer(self.label, today.begun_columns)
        home_hooks.agenda.offer(self.label, today.agenda)
        home_hooks.running.offer(self.label, running.running)
        home_hooks.chances.offer(self.label, today.chances)
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        hooks.offered_items.offer(self.label, board.offered_items)
        digest_hooks.novelties.offer(self.label, novelties.novelties)
        judging.let_judge(self.label, single.KIND, judge=single.judged, hide=actions.conceal)
        hooks.offers_of.offer(self.label, board.offers_of)
        self._own_data()
        self._be_a_module()

    def _own_data(self) -> None:
        """Export and erase what this room has of a person."""
        from tenants.community.rides import actions  # noqa: PLC0415 - models first
        from tenants.community.rides.queries import personal  # noqa: PLC0415 - models first

        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))

    def _be_a_module(self) -> None:
        """Let spaces switch this room off, and count its usage."""
        from tenants.community.rides.queries import (  # noqa: PLC0415 - models first
            adoption,
            underway,
        )

        adoption_hooks.acts.offer(self.label, adoption.acts)
        modules.offer(
            modules.Module(
                self.label,
                _("Covoiturage"),
                _("Des trajets que l’on partage, tous les jours ou une fois."),
                "car",
                addresses=("rides:", "api:ride-"),
                underway=underway.underway,
                stays=(
                    *("rides:mine", "rides:detail", "rides:close", "rides:cancel"),
                    *("rides:accept", "rides:decline", "api:ride-booking-"),
                    *("api:ride-close", "api:ride-cancel"),
                ),
                ending="rides:mine",
            )
        )
