"""The two spaces of the tests: north, a park of two companies, and south, a single company."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Sum

from tenants.spaces import provisioning
from tenants.spaces.database import birth
from tenants.spaces.models import SpaceStanding, Tenant

PROVEN_FOR = dt.timedelta(days=400)
KINDS = {"north": Tenant.Kind.PARK, "south": Tenant.Kind.COMPANY}


def make_test_spaces(
    at: dt.datetime, *, only: Sequence[str] = ("north", "south"), with_schema: bool = True
) -> None:
    """Found them as founding does, but under names that tests can read.

    Without `with_schema` only the rows in public are written, for a peer that has no schemas.
    """
    for name in only:
        with transaction.atomic(using=provisioning.OWNER):
            if with_schema:
                birth.drop(name)
                birth.make_role(name)
                birth.make_schema(name, provisioning.current_script())
            register(name, slug=name, kind=KINDS[name], like=name, at=at)


def register(name: str, *, slug: str, kind: str, like: str, at: dt.datetime) -> Tenant:
    """Write a space's rows in public; it is described as the test space `like`."""
    tenant = provisioning.register(
        schema_name=name,
        slug=slug,
        kind=kind,
        accent="#0b5f63",
        language="fr",
        description=description_of(like, kind),
        at=at,
    )
    prove(tenant, at=at)
    return tenant


def prove(tenant: Tenant, *, at: dt.datetime) -> None:
    """Prove a test space long ago, with as many active members as it has people."""
    heads = tenant.companies.using(provisioning.OWNER).aggregate(heads=Sum("head_count"))["heads"]
    SpaceStanding.objects.using(provisioning.OWNER).filter(tenant=tenant).update(
        state=SpaceStanding.State.PROVEN,
        way=SpaceStanding.Way.DNS,
        proven_domain=f"{tenant.slug}.example",
        decided_by="DNS",
        decided_at=at - PROVEN_FOR,
        active_members=heads,
        counted_at=at,
    )


def description_of(name: str, kind: str) -> dict[str, Any]:
    """Return the founder's description of a test space."""
    companies = [{"name": f"{name.title()} Un", "siren": "732829320", "head_count": 300}]
    if kind == Tenant.Kind.PARK:
        companies.append({"name": f"{name.title()} Deux", "siren": "552100554", "head_count": 130})
    is_park = kind == Tenant.Kind.PARK
    company_domains = {f"{name}-un.example": f"{name.title()} Un"} if is_park else {}
    latitude, longitude = (
        ("47.390000", "0.690000") if name == "north" else ("47.410000", "0.690000")
    )
    return {
        "name": f"Espace {name}",
        "companies": companies,
        "email_domains": [f"{name}.example", *company_domains],
        "company_domains": company_domains,
        "sites": [
            {
                "name": "Saint-Avel",
                "street": "1 rue des Bateliers",
                "postcode": "37000",
                "city": "Saint-Avel-sur-Loge",
                "latitude": latitude,
                "longitude": longitude,
                "head_count": sum(int(str(company["head_count"])) for company in companies),
                "break_starts": "12:00",
                "break_ends": "13:30",
                "gates": [
                    {"name": "Porte Sud", "latitude": latitude, "longitude": longitude},
                ],
            }
        ],
    }
