"""The sites of a space as its administrators look after them."""

from collections.abc import Collection

from django.shortcuts import get_object_or_404

from tenants.spaces.models import Gate, Site, Tenant


def sites_of(schema_name: str) -> list[Site]:
    """List the sites of a space with their gates, the largest first."""
    return list(Site.objects.filter(tenant__schema_name=schema_name).prefetch_related("gates"))


def site_of(schema_name: str, site_id: int) -> Site:
    """Return a site of a space. Raises Http404 if it does not exist."""
    rows = Site.objects.filter(tenant__schema_name=schema_name).prefetch_related("gates")
    return get_object_or_404(rows, pk=site_id)


def names_beside(tenant: Tenant, site: Site) -> list[str]:
    """List the names of a space's other sites."""
    others = Site.objects.filter(tenant=tenant).exclude(pk=site.pk)
    return list(others.values_list("name", flat=True))


def gates_of(site: Site) -> list[Gate]:
    """List the gates of a site, the oldest first."""
    return list(Gate.objects.filter(site=site).order_by("pk"))


def postcodes_of(tenant_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the postcodes of the sites of some spaces, by space."""
    found: dict[int, set[str]] = {tenant_id: set() for tenant_id in tenant_ids}
    rows = Site.objects.filter(tenant__in=tenant_ids).order_by("pk")
    for tenant_id, postcode in rows.values_list("tenant_id", "postcode"):
        found[tenant_id].add(postcode)
    return found
