"""Queries on treaties in the public schema: their parties and clauses, and the shared copies."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from tenants.spaces import hosts
from tenants.spaces.models import Domain, Enquiry, SharedItem, Tenant, Treaty, TreatyClause
from tenants.spaces.rules import foundings, treaties

MOST_UNMAILED = 200


def space_of(schema_name: str) -> Tenant:
    """Return the space that has a schema."""
    return Tenant.objects.get(schema_name=schema_name)


def lock_space(schema_name: str) -> Tenant:
    """Lock and return a space, so that jobs share its copies in sequence."""
    return Tenant.objects.select_for_update(no_key=True).get(schema_name=schema_name)


def space_answering_at(address: str) -> Tenant | None:
    """Return the open space at a complete address; there is no search."""
    host = treaties.host_in(address)
    names = [host, hosts.subdomain(host)]
    found = Domain.objects.filter(domain__in=names, tenant__state=Tenant.State.ACTIVE)
    domain = found.select_related("tenant").first()
    return domain.tenant if domain else None


def is_open_between(one: Tenant, other: Tenant) -> bool:
    """Return True if two spaces have a proposed or accepted treaty."""
    between = Q(proposer=one, partner=other) | Q(proposer=other, partner=one)
    return Treaty.objects.filter(between, state__in=treaties.OPEN).exists()


def treaty_to_change(reference: str, *, schema_name: str) -> Treaty | None:
    """Lock and return a treaty of a space, so that both sides change it in sequence."""
    sides = Q(proposer__schema_name=schema_name) | Q(partner__schema_name=schema_name)
    found = Treaty.objects.filter(sides, reference=reference)
    return found.select_related("proposer", "partner").select_for_update(of=("self",)).first()


def other_side(treaty: Treaty, schema_name: str) -> Tenant:
    """Return the other space of a treaty."""
    return treaty.partner if treaty.proposer.schema_name == schema_name else treaty.proposer


def categories_given(giver: Tenant, *, hold: bool = False) -> frozenset[str]:
    """Return the categories of a space that treaties in force open.

    With `hold` the treaties are locked, so that they cannot end meanwhile.
    """
    sides = Q(proposer=giver) | Q(partner=giver)
    in_force = Treaty.objects.filter(sides, state=Treaty.State.ACCEPTED).order_by("pk")
    ids = [pk for (pk,) in (in_force.select_for_update() if hold else in_force).values_list("pk")]
    clauses = TreatyClause.objects.filter(giver=giver, treaty__in=ids)
    return frozenset(clauses.values_list("category", flat=True))


def treaties_to_mail(*, schema_name: str = "") -> QuerySet[Treaty]:
    """List treaties with a latest decision by the other side not yet mailed to an open space."""
    answered = Q(state__in=(Treaty.State.ACCEPTED, Treaty.State.DECLINED))
    to_proposer = answered | Q(state=Treaty.State.REVOKED, ended_by_space=F("partner"))
    listener = {
        name: Case(When(to_proposer, then=F(f"proposer__{name}")), default=F(f"partner__{name}"))
        for name in ("schema_name", "state")
    }
    waiting = Treaty.objects.filter(mailed_at=None).annotate(
        listener=listener["schema_name"], listener_state=listener["state"]
    )
    waiting = waiting.filter(listener_state=Tenant.State.ACTIVE)
    return waiting.filter(listener=schema_name) if schema_name else waiting


def unmailed_treaties(*, at: dt.datetime) -> list[tuple[str, str]]:
    """Return treaties if their mail may have been lost, each with the space to be mailed."""
    decided = treaties_to_mail().annotate(
        decided_at=Coalesce("ended_at", "answered_at", "proposed_at")
    )
    late = decided.filter(
        decided_at__lt=at - foundings.MAILED_WITHIN,
        decided_at__gt=at - foundings.STILL_WORTH_MAILING,
    )
    return list(late.order_by("decided_at").values_list("reference", "listener")[:MOST_UNMAILED])


def neighbours_of(tenant_id: int) -> list[tuple[str, str]]:
    """Return a space's open treaties, each with the schema of the other open space."""
    mine = Q(proposer=tenant_id) | Q(partner=tenant_id)
    found = Treaty.objects.filter(mine, state__in=treaties.OPEN)
    rows = []
    for one in found.select_related("proposer", "partner").order_by("pk"):
        other = one.partner if one.proposer_id == tenant_id else one.proposer
        if other.state == Tenant.State.ACTIVE:
            rows.append((str(one.reference), str(other.schema_name)))
    return rows


def copies_of(giver: Tenant) -> dict[str, SharedItem]:
    """Return the shared copies of a space, by reference."""
    return {item.reference: item for item in SharedItem.objects.filter(tenant=giver)}


def copies_nobody_may_see() -> QuerySet[SharedItem]:
    """List copies that no treaty opens to any space."""
    opening = TreatyClause.objects.filter(
        giver=OuterRef("tenant"),
        category=OuterRef("category"),
        treaty__state=Treaty.State.ACCEPTED,
        treaty__proposer__state__in=treaties.SHARING_STATES,
        treaty__partner__state__in=treaties.SHARING_STATES,
    )
    return SharedItem.objects.filter(~Exists(opening)).order_by("pk")


def spaces_with_treaties() -> list[str]:
    """Return the schemas of the open spaces that have a treaty in force."""
    in_force = Treaty.objects.filter(state=Treaty.State.ACCEPTED)
    sides = Q(pk__in=in_force.values("proposer")) | Q(pk__in=in_force.values("partner"))
    spaces = Tenant.objects.filter(sides, state=Tenant.State.ACTIVE).order_by("pk")
    return list(spaces.values_list("schema_name", flat=True))


def open_schemas(tenant_ids: Collection[int]) -> dict[int, str]:
    """Return the schemas of open spaces among some."""
    spaces = Tenant.objects.filter(pk__in=tenant_ids, state=Tenant.State.ACTIVE)
    return dict(spaces.values_list("pk", "schema_name"))


def schema_of(tenant_id: int) -> str:
    """Return the schema of a space."""
    return str(Tenant.objects.values_list("schema_name", flat=True).get(pk=tenant_id))


def shown_to(asker: Tenant, *, giver_id: int, reference: str) -> SharedItem | None:
    """Return a copy of a space if a treaty in force opens it to the asking space."""
    sides = Q(treaty__proposer=asker) | Q(treaty__partner=asker)
    clauses = TreatyClause.objects.filter(
        sides, giver=giver_id, treaty__state=Treaty.State.ACCEPTED, giver__state=Tenant.State.ACTIVE
    )
    opened = clauses.filter(category=OuterRef("category"))
    return SharedItem.objects.filter(Exists(opened), tenant=giver_id, reference=reference).first()


def is_in_force_between(one: Tenant, other_id: int) -> bool:
    """Return True if two open spaces have an accepted treaty."""
    sides = Q(proposer=one, partner=other_id) | Q(proposer=other_id, partner=one)
    open_spaces = {
        "proposer__state__in": treaties.SHARING_STATES,
        "partner__state__in": treaties.SHARING_STATES,
    }
    return Treaty.objects.filter(sides, state=Treaty.State.ACCEPTED, **open_spaces).exists()


def enquiry_to_take(enquiry_id: int, *, schema_name: str) -> Enquiry | None:
    """Lock an enquiry made to a space."""
    lying = Enquiry.objects.filter(pk=enquiry_id, tenant__schema_name=schema_name)
    return lying.select_related("asker_tenant").select_for_update(of=("self",)).first()


def old_enquiries(*, at: dt.datetime) -> QuerySet[Enquiry]:
    """List enquiries that were not taken in time."""
    return Enquiry.objects.filter(sent_at__lt=at - treaties.ENQUIRY_RETENTION)
