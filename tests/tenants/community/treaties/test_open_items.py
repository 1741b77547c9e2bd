"""The database itself opens nothing that no treaty opens: tried with a space's own role."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from saas.kernel import schema
from tenants.community.treaties.forms import deciding
from tenants.spaces.models import SharedItem, Tenant, Treaty, TreatyClause
from tests.fixtures.people import AT
from tests.tenants.community.treaties.conftest import Sides


def rows(sql: str, *, space: str) -> list[Any]:
    with schema.inside(space), connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def lay(space: str, category: str, reference: str) -> None:
    """Let a copy be shared by a space, as a job would."""
    with schema.in_public():
        SharedItem.objects.create(
            tenant=Tenant.objects.get(schema_name=space),
            category=category,
            reference=reference,
            kind="sell",
            title=reference,
            price_unit="whole",
            place="Porte Sud",
            author="Nadia B.",
            created_at=timezone.now(),
            expires_at=timezone.now() + dt.timedelta(days=3),
        )


@pytest.fixture
def laid(in_north: None) -> None:
    for space in ("north", "south"):
        for category in ("things", "services"):
            lay(space, category, f"{space[0]}-{category}")


SEEN = "SELECT reference FROM public.spaces_open_item ORDER BY reference"


def test_a_treaty_opens_its_categories_in_its_directions_once_it_is_accepted(
    proposal: Sides, laid: None
) -> None:
    assert rows(SEEN, space="north") == rows(SEEN, space="south") == []
    with schema.inside("south"):
        deciding.accept(reference=proposal.reference, by=proposal.south, at=timezone.now())
    assert rows(SEEN, space="south") == [("n-things",)]
    assert rows(SEEN, space="north") == [("s-services",)]


def test_the_moment_that_it_is_revoked_nothing_is_read(treaty: Sides, laid: None) -> None:
    assert rows(SEEN, space="south")
    deciding.revoke(reference=treaty.reference, by=treaty.north, at=timezone.now())
    assert rows(SEEN, space="south") == []
    assert rows(SEEN, space="north") == []
    with schema.in_public():
        assert SharedItem.objects.count() == 4


def test_things_of_a_suspended_space_are_closed_until_it_reopens(treaty: Sides, laid: None) -> None:
    with schema.in_public():
        south = Tenant.objects.filter(schema_name="south")
        south.update(state=Tenant.State.SUSPENDED)
        assert rows(SEEN, space="north") == []
        south.update(state=Tenant.State.ACTIVE)
        assert rows(SEEN, space="north") == [("s-services",)]


def test_a_space_writes_nothing_to_shared_rows_and_reads_no_table_behind_them(laid: None) -> None:
    for sql in (
        "INSERT INTO public.spaces_shareditem (tenant_id) VALUES (1)",
        "UPDATE public.spaces_shareditem SET title = 'x'",
        "DELETE FROM public.spaces_shareditem",
        "SELECT * FROM public.spaces_shareditem",
        "DELETE FROM public.spaces_open_item",
        "SELECT * FROM public.spaces_treaty",
        "SELECT * FROM public.spaces_treatyclause",
        "SELECT * FROM public.spaces_enquiry",
        "UPDATE public.spaces_own_treaty SET state = 'accepted'",
        "DELETE FROM public.spaces_own_enquiry",
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|cannot"), transaction.atomic():
            rows(sql, space="north")


def test_a_space_reads_its_own_treaties_and_no_others(treaty: Sides) -> None:
    with schema.in_public():
        south = Tenant.objects.get(schema_name="south")
        others = Treaty.objects.exclude(reference=treaty.reference)
        assert not others.exists()
    own = "SELECT reference, other_name FROM public.spaces_own_treaty"
    assert rows(own, space="north") == [(treaty.reference, "Espace south")]
    assert rows(own, space="south") == [(treaty.reference, "Espace north")]
    open_now = "SELECT tenant_id, category FROM public.spaces_open_clause"
    assert rows(open_now, space="north") == [(south.pk, "services")]


def test_open_items_are_found_by_indexes(treaty: Sides, laid: None) -> None:
    with schema.inside("south"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN (FORMAT JSON, COSTS OFF) SELECT reference FROM public.spaces_open_item"
            " WHERE category = 'things' ORDER BY created_at DESC LIMIT 24"
        )
        plan = cursor.fetchone()[0]
    text = json.dumps(plan if not isinstance(plan, str) else json.loads(plan))
    for table in ("spaces_tenant", "spaces_treaty", "spaces_treatyclause", "spaces_shareditem"):
        assert f'"Relation Name": "{table}"' in text
    assert "Seq Scan" not in text


def test_two_proposals_at_once_are_one(proposal: Sides) -> None:
    with schema.in_public():
        treaty = Treaty.objects.get(reference=proposal.reference)
        twice = Treaty(
            proposer_id=treaty.partner_id,
            partner_id=treaty.proposer_id,
            proposed_by="Solène",
            proposed_at=timezone.now(),
        )
        sentence = "two_spaces_have_one_open_treaty"
        with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
            twice.save()
        assert TreatyClause.objects.filter(treaty=treaty).count() == 3


def test_no_job_reads_what_neighbours_show_in_public(
    treaty: Sides, share: Callable[..., Any]
) -> None:
    from tenants.community.treaties.queries import board as queries  # noqa: PLC0415

    with schema.in_public(), pytest.raises(RuntimeError, match="inside a space"):
        queries.shown(at=AT)
