"""A suspended space opens nothing, though its treaties stay in force."""

from django.db import connection
from django.utils import timezone

from saas.kernel import schema
from tenants.spaces.models import Tenant, Treaty, TreatyClause


def open_to(space: str) -> list[tuple[str, str]]:
    with schema.inside(space), connection.cursor() as cursor:
        cursor.execute("SELECT slug, category FROM public.spaces_open_clause")
        return [(str(slug), str(category)) for slug, category in cursor.fetchall()]


def test_clauses_of_a_suspended_space_are_closed_until_it_reopens(db: None) -> None:
    north, south = (Tenant.objects.get(schema_name=name) for name in ("north", "south"))
    treaty = Treaty.objects.create(
        proposer=north,
        partner=south,
        state="accepted",
        proposed_at=timezone.now(),
        answered_at=timezone.now(),
    )
    TreatyClause.objects.create(treaty=treaty, giver=south, category="things")
    assert open_to("north") == [(south.slug, "things")]
    Tenant.objects.filter(pk=south.pk).update(state=Tenant.State.SUSPENDED)
    assert open_to("north") == []
    Tenant.objects.filter(pk=south.pk).update(state=Tenant.State.ACTIVE)
    assert open_to("north") == [(south.slug, "things")]
