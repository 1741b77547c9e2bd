"""Checks that a space's schema equals the blueprint: as the owner, without writes."""

import datetime as dt
import logging

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask
from saas.kernel.watching.log_context import Vouched
from tenants.spaces import hosts
from tenants.spaces.database import catalogue, fingerprint
from tenants.spaces.database.cells import moving, orphans
from tenants.spaces.models import Blueprint, Inspection, Tenant
from tenants.spaces.tasks.corrections import write_head_counts

OWNER = "owner"
UNKNOWN = "no blueprint has its migrations: troovon migrate brings it up"
logger = logging.getLogger(__name__)


@shared_task(base=PublicTask)
def inspect_schema(tenant_id: int) -> None:
    """Compare a schema with the blueprint of its migrations, and store each difference by name."""
    tenant = Tenant.objects.using(OWNER).filter(pk=tenant_id).first()
    if tenant is None or tenant.state in {Tenant.State.ARCHIVED, Tenant.State.DELETED}:
        return
    differences = _differences(tenant)
    Inspection.objects.using(OWNER).update_or_create(
        tenant=tenant,
        defaults={
            "looked_at": timezone.now(),
            "migrations_hash": tenant.schema_hash,
            "differences": differences,
        },
    )
    if differences:
        logger.warning("%s differs: %s", tenant.schema_name, Vouched("; ".join(differences[:20])))


@shared_task(base=PublicTask)
def remove_left_copies() -> None:
    """Drop the copies that spaces left in other clusters a day ago, and schemas of no space."""
    for name in moving.remove_left(at=timezone.now()):
        logger.info("dropped the copy %s", Vouched(name))
    for name in orphans.remove():
        logger.warning("dropped %s, which belonged to no space of its cell", Vouched(name))


@shared_task(base=PublicTask)
def settle_abandoned_moves() -> None:
    """Open the spaces of killed movers, where their rows name them."""
    for name in moving.settle_abandoned():
        logger.warning("%s was left shut by a mover, and is open again", Vouched(name))


@shared_task(base=PublicTask)
def apply_head_counts(day: dt.date) -> None:
    """Write the corrected head-counts that begin by a day."""
    if write_head_counts(day):
        hosts.forget()


def _differences(tenant: Tenant) -> list[str]:
    absent = catalogue.missing(tenant.schema_name, OWNER)
    if absent:
        return [f"{what}: missing" for what in absent]
    made = Blueprint.objects.using(OWNER).filter(migrations_hash=tenant.schema_hash).first()
    if made is None or made.facts is None:
        return [UNKNOWN]
    wanted = fingerprint.lasting(tuple(fact) for fact in made.facts)
    found = fingerprint.lasting(fingerprint.facts(tenant.schema_name, OWNER))
    return fingerprint.differences(found, wanted)
