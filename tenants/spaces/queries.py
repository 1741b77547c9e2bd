"""What pages and jobs read of spaces and foundings."""

import math
from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from tenants.spaces import rules
from tenants.spaces.models import Company, Gate, Tenant

METRES_A_DEGREE = 111_320


class NearbySpace(NamedTuple):
    """A space as a merchant sees it: how far on foot, and about how many people."""

    tenant: Tenant
    minutes: int
    head_count: int


def spaces_near(latitude: float, longitude: float, minutes: int) -> list[NearbySpace]:
    """Return the open spaces within some minutes on foot of a place, nearest first."""
    gates: dict[Tenant, list[rules.Point]] = defaultdict(list)
    for gate in _gates_around(latitude, longitude, rules.reach_metres(minutes)):
        gates[gate.site.tenant].append((float(gate.latitude), float(gate.longitude)))
    heads = head_counts([tenant.pk for tenant in gates])
    near = [
        NearbySpace(
            tenant,
            rules.walking_minutes((latitude, longitude), points),
            rules.rounded(heads.get(tenant.pk, 0)),
        )
        for tenant, points in gates.items()
    ]
    return sorted(
        (space for space in near if space.minutes <= minutes),
        key=lambda space: (space.minutes, space.tenant.name),
    )


def head_counts(tenant_ids: list[int]) -> dict[int, int]:
    """Return how many people work in each space, over all its companies."""
    counted = (
        Company.objects.filter(tenant__in=tenant_ids)
        .order_by()
        .values("tenant_id")
        .annotate(heads=Sum("head_count"))
        .values_list("tenant_id", "heads")
    )
    return dict(counted)


def _gates_around(latitude: float, longitude: float, metres: float) -> list[Gate]:
    high = metres / METRES_A_DEGREE
    wide = high / max(0.01, math.cos(math.radians(latitude)))
    return list(
        Gate.objects.filter(
            latitude__range=(_degrees(latitude - high), _degrees(latitude + high)),
            longitude__range=(_degrees(longitude - wide), _degrees(longitude + wide)),
            site__tenant__state=Tenant.State.ACTIVE,
        ).select_related("site__tenant")
    )


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
