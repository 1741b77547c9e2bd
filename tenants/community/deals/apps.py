"""The app of this room."""

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules, revision
from saas.kernel.offers import adoption_hooks, digest_hooks
from saas.kernel.people import erasing, judging
from saas.kernel.search import search_hooks
from saas.kernel.web import touching


class DealsConfig(AppConfig):
    """The room of deals: a member shares a deal, colleagues vote on whether it still works."""

    name = "tenants.community.deals"
    label = "deals"

    def ready(self) -> None:
        """Register the hooks for the home page; settle the deals of leavers."""
        from tenants.community.deals import actions, queries  # noqa: PLC0415 - models load first
        from tenants.community.deals.models import Deal  # noqa: PLC0415

        def on_member_left(person: Any, at: dt.datetime) -> None:
            actions.close_all_of(by=person, at=at)

        hooks.feed.offer(self.label, queries.for_feed)
        adoption_hooks.acts.offer(self.label, queries.acts)
        hooks.slides.offer(self.label, queries.slides)
        touching.on_wall.offer(self.label, queries.on_wall)
        revision.watch(Deal)
        search_hooks.search.offer(self.label, queries.search)
        search_hooks.tiles_by_reference.offer(self.label, queries.tiles_by_reference)
        hooks.member_left.offer(self.label, on_member_left)
        digest_hooks.novelties.offer(self.label, queries.novelties)
        hooks.subject.offer(self.label, queries.subject)
        judging.let_judge(self.label, queries.KIND, judge=queries.judged, hide=actions.conceal)
        hooks.personal_data.offer(self.label, queries.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        self._be_a_module()

    def _be_a_module(self) -> None:
        """Let spaces switch this room off."""
        modules.offer(
            modules.Module(
                self.label,
                _("Bons plans"),
                _("Ce que les collègues se passent, avec leurs votes."),
                "ticket",
                addresses=("deals:", "api:deal-"),
            )
        )
