"""The app of this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from saas.kernel import hooks, modules
from saas.kernel.offers import inbox
from saas.kernel.people import erasing, judging
from saas.kernel.search import search_hooks


class TreatiesConfig(AppConfig):
    """The room of things that nearby spaces show each other, where a treaty opens it."""

    name = "tenants.community.treaties"
    label = "treaties"

    def ready(self) -> None:
        """Offer the rail its entry, hear when offers change, let neighbours' things be judged."""
        from saas.kernel.tasks import after_commit  # noqa: PLC0415 - models load first
        from tenants.community.treaties import actions, clock, tasks  # noqa: PLC0415
        from tenants.community.treaties.queries import judging as judged  # noqa: PLC0415
        from tenants.community.treaties.queries import personal, searched, threads  # noqa: PLC0415
        from tenants.community.treaties.queries import treaties as queries  # noqa: PLC0415

        hooks.rail_counts.offer(self.label, queries.rail_counts)
        hooks.offers_changed.offer(self.label, lambda: after_commit(tasks.publish))
        search_hooks.search.offer(self.label, searched.search)
        search_hooks.tiles_by_reference.offer(self.label, searched.tiles_by_reference)
        hooks.space_deleted.offer(self.label, clock.after_deletion)
        hooks.subject.offer(self.label, judged.subject)
        judging.let_judge(self.label, judged.KIND, judge=judged.judged, hide=actions.conceal)
        hooks.personal_data.offer(self.label, personal.personal_data)
        erasing.erase.offer(self.label, lambda person, at: actions.erase(by=person, at=at))
        inbox.inbox_lines.offer(self.label, threads.inbox_lines)
        self._be_a_module()

    def _be_a_module(self) -> None:
        """Let spaces switch this room off."""
        from tenants.community.treaties.queries import treaties as queries  # noqa: PLC0415

        modules.offer(
            modules.Module(
                self.label,
                _("Chez nos voisins"),
                _("Ce que des espaces voisins se montrent, par accord."),
                "handshake",
                addresses=("treaties:", "api:neighbour-"),
                underway=queries.underway,
                stays=("treaties:treaty", "treaties:thread", "treaties:close"),
            )
        )
