"""Findings of the last comparison of a space's schema with the blueprint."""

from django.db import models

from saas.kernel import retention
from saas.kernel.models import SharedModel
from tenants.spaces.models.spaces import Tenant


class Inspection(SharedModel):
    """The last inspection of a schema: its differences from the blueprint by name, if any."""

    RETENTION = retention.WITH_SERVICE

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="inspection")
    looked_at = models.DateTimeField(db_index=True)
    migrations_hash = models.CharField(max_length=64)
    differences = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return f"{self.tenant_id}: {len(self.differences)}"
