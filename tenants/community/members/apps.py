"""The app of this room."""

import datetime as dt

from django.apps import AppConfig

from saas.kernel import hooks, revision
from saas.kernel.offers import adoption_hooks, home_hooks
from saas.kernel.people import erasing, joining, judging
from saas.kernel.search import search_hooks


class MembersConfig(AppConfig):
    """The room of a space's people: home, profile, roles, invitations, joining."""

    name = "tenants.community.members"
    label = "members"

    def ready(self) -> None:
        """Register hooks: first administrator, roles, cards and the counts for administrators."""
        from tenants.community.members.actions import card  # noqa: PLC0415
        from tenants.community.members.actions import membership as membership_actions  # noqa: PLC0415 - models load first
        from tenants.community.members.models import Thanks  # noqa: PLC0415
        from tenants.community.members.queries import (  # noqa: PLC0415
            cards,
            conditions,
            front_page,
            personal,
            searched,
            slides,
        )
        from tenants.community.members.queries import people as queries  # noqa: PLC0415 - models load first

        def found(founded: hooks.Founded, at: dt.datetime) -> int:
            return membership_actions.create_founder(founded=founded, at=at)

        hooks.founded.offer(self.label, found)
        hooks.person_cards.offer(self.label, queries.cards_of)
        hooks.slides.offer(self.label, slides.slides)
        hooks.employer.offer(self.label, queries.employer_of)
        hooks.signed_in_columns.offer(self.label, front_page.signed_in_columns)
        joining.before_writing.offer(self.label, conditions.before_writing)
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        hooks.rail_counts.offer(self.label, queries.count_for_administrators)
        hooks.subject.offer(self.label, cards.subject)
        judging.let_judge(self.label, cards.KIND, judge=cards.judged, hide=card.conceal)
        hooks.personal_data.offer(self.label, personal.personal_data)
        revision.watch(Thanks)
        self._offer_roles()

    def _offer_roles(self) -> None:
        from tenants.community.members.queries import adoption, cards  # noqa: PLC0415
        from tenants.community.members.queries import people as queries  # noqa: PLC0415

        hooks.feed.offer(self.label, cards.for_feed)
        home_hooks.today_columns.offer(self.label, cards.today_columns)
        adoption_hooks.acts.offer(self.label, adoption.acts)
        hooks.role_grants.offer(self.label, queries.duties_of)
        hooks.money_keepers.offer(self.label, queries.money_keepers)
        hooks.administrators.offer(self.label, queries.administrator_ids)
        hooks.all_council_people.offer(self.label, queries.all_council_ids)
        self._offer_erasure()

    def _offer_erasure(self) -> None:
        from tenants.community.members.actions import erasing as acts  # noqa: PLC0415
        from tenants.community.members.queries import people as queries  # noqa: PLC0415
        from tenants.community.members.queries import personal  # noqa: PLC0415

        erasing.obstacles.offer(self.label, personal.obstacles)
        erasing.leavers.offer(self.label, queries.leavers_before)
        erasing.shut.offer(self.label, lambda person, at: acts.shut(by=person, at=at))
        erasing.erase.offer(self.label, lambda person, at: acts.erase(by=person, at=at))
