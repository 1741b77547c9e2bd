"""Space as an operator sees it: state, figures, operations and archives; no private content."""

import datetime as dt
from typing import NamedTuple

from tenants.spaces import hosts
from tenants.spaces.models import Archive, PlannedDeletion, SpaceStanding, Tenant
from tenants.spaces.queries import life as queries
from tenants.spaces.queries import standing as standings
from tenants.spaces.queries.reach import Reach, reach_of

MOST_ENDINGS = 20
STATE_TONES = {"active": "ok", "suspended": "warn", "archived": "warn", "deleted": "bad"}


class EndingRow(NamedTuple):
    """Space with a deletion planned by its own administration, and the obstacles to it."""

    tenant: Tenant
    due_at: dt.datetime
    unsettled: list[str]


class SpaceView(NamedTuple):
    """Space with the possible operations on it."""

    tenant: Tenant
    tone: str
    url: str
    figures: queries.SpaceFigures
    works: list[queries.Progress]
    archives: list[Archive]
    unsettled: list[str]
    planned: PlannedDeletion | None
    standing: SpaceStanding
    reach: Reach
    sirens: list[str]

    @property
    def under_way(self) -> queries.Progress | None:
        """Return the operation in progress on the space, or None."""
        return next((work for work in self.works if work.under_way), None)

    @property
    def is_open(self) -> bool:
        """Whether its people come in."""
        return self.tenant.state == Tenant.State.ACTIVE

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted for good."""
        return self.tenant.state == Tenant.State.DELETED


def space_view(slug: str, *, at: dt.datetime) -> SpaceView:
    """Return all data of a space's page. Raises Http404 if there is no space at that address."""
    tenant = queries.space_at(slug)
    return SpaceView(
        tenant=tenant,
        tone=STATE_TONES[tenant.state],
        url=hosts.space_url(tenant.slug),
        figures=queries.figures_of(tenant),
        works=queries.works_of(tenant),
        archives=queries.archives_of(tenant),
        unsettled=queries.obstacles_of(tenant, at),
        planned=queries.planned_deletion_of(tenant.schema_name),
        standing=standings.standing_of(tenant.schema_name) or SpaceStanding(tenant=tenant),
        reach=reach_of([tenant.pk])[tenant.pk],
        sirens=standings.sirens_of(tenant),
    )


def endings(*, at: dt.datetime) -> list[EndingRow]:
    """Return the deletions planned by administrations, the next deletion first."""
    plans = queries.planned_deletions()[:MOST_ENDINGS]
    return [EndingRow(p.tenant, p.due_at, queries.obstacles_of(p.tenant, at)) for p in plans]
