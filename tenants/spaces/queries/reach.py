"""Reach of spaces: the same figure for the wizard, prices, maps, the API and consoles."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Sum

from tenants.spaces.models import Company, SpaceStanding
from tenants.spaces.rules import standing as rules
from tenants.spaces.rules.walks import rounded


class Reach(NamedTuple):
    """How many members of a space a merchant reaches, and how many people work there.

    `members` is rounded, and the figure that prices are made from; `heads` is declared.
    """

    members: int
    heads: int
    is_proven: bool
    is_enough: bool
    counted_at: dt.datetime | None

    @property
    def rounded_heads(self) -> int:
        """The head-count as merchants read it: about how many, never exactly."""
        return rounded(self.heads)

    @property
    def sells(self) -> bool:
        """Whether merchants may book here."""
        return self.is_proven and self.is_enough


NOTHING = Reach(0, 0, is_proven=False, is_enough=False, counted_at=None)


def reach_of(tenant_ids: Collection[int]) -> dict[int, Reach]:
    """Return the reach of spaces by id, in two statements."""
    heads = head_counts(tenant_ids)
    standings = {row.tenant_id: row for row in SpaceStanding.objects.filter(tenant__in=tenant_ids)}
    return {
        tenant_id: _reach(standings.get(tenant_id), heads.get(tenant_id, 0))
        for tenant_id in tenant_ids
    }


def _reach(standing: SpaceStanding | None, heads: int) -> Reach:
    if standing is None:
        return NOTHING._replace(heads=heads)
    return Reach(
        members=rules.rounded_reach(standing.active_members),
        heads=heads,
        is_proven=standing.state == SpaceStanding.State.PROVEN,
        is_enough=rules.is_enough(standing.active_members),
        counted_at=standing.counted_at,
    )


def head_counts(tenant_ids: Collection[int]) -> dict[int, int]:
    """Return how many people work in each space, over all its companies."""
    counted = (
        Company.objects.filter(tenant__in=tenant_ids, left_at=None)
        .order_by()
        .values("tenant_id")
        .annotate(heads=Sum("head_count"))
        .values_list("tenant_id", "heads")
    )
    return dict(counted)
