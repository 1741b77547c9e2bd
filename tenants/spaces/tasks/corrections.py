"""Corrections of companies are written by the worker with the owner's password."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from tenants.spaces.archives import OWNER
from tenants.spaces.models import Company, SpaceOperation
from tenants.spaces.queries import corrections as queries


@transaction.atomic(using=OWNER)
def write_company(operation: SpaceOperation) -> dict[str, Any]:
    """Write the corrected columns of a company, or a new company; return the operation's result.

    The head-count of an existing company changes on its day: `apply_head_counts` writes it.
    """
    typed = operation.options
    if typed["company"] is None:
        company = Company.objects.using(OWNER).create(
            tenant_id=operation.tenant_id,
            name=typed["name"],
            siren=typed["siren"],
            head_count=typed["head_count"],
        )
        result = {"company": company.pk, "applied_at": timezone.now().isoformat()}
    else:
        columns = {name: typed[name] for name in ("name", "siren") if name in typed}
        if columns:
            Company.objects.using(OWNER).filter(pk=typed["company"]).update(**columns)
        result = {"company": typed["company"]}
    found = SpaceOperation.objects.using(OWNER).filter(pk=operation.pk)
    found.update(result={**operation.result, **result})
    return {**operation.result, **result}


@transaction.atomic(using=OWNER)
def write_head_counts(day: dt.date) -> int:
    """Write the head-counts that begin by a day, oldest request first; return how many."""
    due = list(queries.due_head_counts(day).using(OWNER).select_for_update(of=("self",)))
    for operation in due:
        company = Company.objects.using(OWNER).filter(pk=operation.options["company"])
        company.update(head_count=operation.options["head_count"])
        operation.result = {**operation.result, "applied_at": timezone.now().isoformat()}
        operation.save(using=OWNER, update_fields=["result"])
    return len(due)
