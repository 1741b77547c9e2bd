"""Changes of administrators to where their space works: its sites, their gates and breaks."""

import datetime as dt
from typing import Any

from django.db import transaction

from tenants.spaces import hosts
from tenants.spaces.actions.addresses import hold_space, log_change
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Gate, Site
from tenants.spaces.queries import sites as queries
from tenants.spaces.rules import breaks
from tenants.spaces.rules import sites as rules
from tenants.spaces.rules.foundings import check_break


@transaction.atomic
def add_site(
    *, schema_name: str, described: dict[str, Any], by: SpaceActor, at: dt.datetime
) -> Site:
    """Add a place where people of a space work, such as a second building."""
    tenant = hold_space(schema_name, by)
    site = Site(tenant=tenant, head_count=described["head_count"])
    beside = queries.names_beside(tenant, site)
    rules.check_count(len(beside))
    _write(site, described, beside)
    log_change(tenant, Change.What.SITE, after=site.name, by=by, at=at)
    return site


@transaction.atomic
def change_site(
    *, schema_name: str, site_id: int, described: dict[str, Any], by: SpaceActor, at: dt.datetime
) -> Site:
    """Update a site's location, its gates and its break."""
    tenant = hold_space(schema_name, by)
    site = queries.site_of(schema_name, site_id)
    before = site.name
    _write(site, described, queries.names_beside(tenant, site))
    renamed = before if before != site.name else ""
    log_change(tenant, Change.What.SITE, before=renamed, after=site.name, by=by, at=at)
    return site


def _write(site: Site, described: dict[str, Any], beside: list[str]) -> None:
    """Save a site and its gates, and invalidate the cache of every process."""
    rules.check_name(described["name"], beside)
    rules.check_places(described)
    check_break(described["break_starts"], described["break_ends"])
    described |= {"more_breaks": breaks.checked(described.get("more_breaks", ""))}
    for column in rules.COLUMNS:
        setattr(site, column, described[column])
    site.full_clean(validate_unique=False)
    site.save(update_fields=rules.COLUMNS if site.pk else None)
    _write_gates(site, described["gates"])
    hosts.forget()


def _write_gates(site: Site, described: list[dict[str, Any]]) -> None:
    """Save the gates in their existing rows, because an open form may refer to these rows."""
    rows = queries.gates_of(site)
    for gate in rows[len(described) : rules.MOST_GATES]:
        gate.delete()
    staying = rows[: len(described)]
    # Two that swap their names would meet halfway.
    for gate in staying:
        Gate.objects.filter(pk=gate.pk).update(name=f"#{gate.pk}")
    for gate, columns in zip(staying, described, strict=False):
        Gate.objects.filter(pk=gate.pk).update(**columns)
    for columns in described[len(staying) :]:
        Gate.objects.create(site=site, **columns)
