"""Corrections of a space's companies, and the record of its administration."""

import datetime as dt
from typing import Any

from django.db import transaction

from saas.accounts.models import User
from saas.kernel.tasks import after_commit
from tenants.spaces.actions.addresses import Keeper, hold_space, log_change
from tenants.spaces.actions.life import save_and_queue
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Company, SpaceOperation
from tenants.spaces.queries import corrections as queries
from tenants.spaces.rules import companies as rules
from tenants.spaces.tasks import upkeep as tasks


@transaction.atomic
def correct_company(
    *,
    schema_name: str,
    company_id: int | None,
    name: str,
    siren: str,
    head_count: int,
    reason: str,
    by: Keeper,
    at: dt.datetime,
) -> SpaceOperation:
    """Correct a company, or add it to a park if `company_id` is not given.

    `by` is an operator, or an administrator whose permission for the company was checked inside the
    space. Name and SIREN change at once. The head-count of an existing company changes on the first
    of the next month. Existing orders keep the former values.
    """
    tenant = hold_space(schema_name, by)
    rules.check_is_open(tenant)
    company = queries.company_to_correct(tenant, company_id) if company_id else None
    beside = queries.companies_beside(tenant, company)
    here = [row for row in beside if row.left_at is None]
    rules.check_may_be_added(tenant, is_new=company is None, beside=len(here))
    rules.check_has_not_left(name, beside)
    rules.check_name_is_free(name, [row.name for row in here])
    options = _options(company, {"name": name, "siren": siren, "head_count": head_count}, at)
    operation = SpaceOperation(
        tenant=tenant,
        kind=SpaceOperation.Kind.CORRECT,
        options=options,
        asked_by=by.name if isinstance(by, SpaceActor) else by.display_name,
        reason=reason,
    )
    after = f"{name}, {siren}, {head_count}"
    log_change(tenant, Change.What.COMPANY, before=options["was"], after=after, by=by, at=at)
    return save_and_queue(operation, at)


@transaction.atomic
def record_administrators(
    *,
    schema_name: str,
    appointed: str,
    ended: str,
    ended_reference: str,
    paper: str,
    reason: str,
    by: User,
    at: dt.datetime,
) -> SpaceOperation:
    """Record the document behind a change of administrators, and mail both sides.

    `appointed` and `ended` are names with references, as in the log.
    """
    tenant = hold_space(schema_name, by)
    operation = SpaceOperation(
        tenant=tenant,
        kind=SpaceOperation.Kind.ADMINS,
        options={
            "appointed": appointed,
            "ended": ended,
            "ended_reference": ended_reference,
            "paper": paper,
        },
        asked_by=by.display_name,
        reason=reason,
    )
    log_change(tenant, Change.What.ADMINS, before=ended, after=appointed, by=by, at=at)
    return save_and_queue(operation, at)


@transaction.atomic
def queue_head_counts(*, day: dt.date, at: dt.datetime) -> None:  # noqa: ARG001 - an action says when
    """Queue the head-counts that take effect by a day. Only the clock calls this."""
    if queries.due_head_counts(day).exists():
        after_commit(tasks.apply_head_counts, day)


def _options(company: Company | None, typed: dict[str, object], at: dt.datetime) -> dict[str, Any]:
    """Return the changed columns of a company, with its former values."""
    changed = rules.changed_columns(company, typed)
    options: dict[str, Any] = {"company": company.pk if company else None, **changed}
    options["was"] = company.name if company else ""
    if company and "head_count" in changed:
        options["was_heads"] = company.head_count
        options["from"] = queries.first_of_next_month(at).isoformat()
    return options
