"""Actions on reports about merchants and their ads: record, answer, delete."""

import datetime as dt

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.placements import tasks
from saas.catalogue.placements.models import CatalogueReport, ReportAnswer
from saas.catalogue.placements.queries import reports as queries
from saas.catalogue.placements.queries.reports import Thing
from saas.catalogue.placements.rules import reports as rules
from saas.kernel.offers import catalogue_hooks
from saas.kernel.tasks import after_commit
from tenants.spaces.models import Tenant

Outcome = ReportAnswer.Outcome


@transaction.atomic
def record_report(
    *, tenant_schema: str, thing: Thing, reason: str, words: str, at: dt.datetime
) -> CatalogueReport:
    """Create a report of a shop or an ad from a space, without the member's identity.

    Called by the space, for the member.
    """
    rules.check_report(reason, words)
    report = CatalogueReport(
        tenant=Tenant.objects.get(schema_name=tenant_schema),
        merchant=thing.merchant,
        campaign=thing.campaign,
        reason=reason,
        words=words,
        reported_at=at,
    )
    report.full_clean()
    report.save()
    return report


@transaction.atomic
def answer_reports(
    *, thing: Thing, outcome: str, words: str, by: User, at: dt.datetime
) -> ReportAnswer:
    """Answer all pending reports of a shop or an ad; its merchant is mailed if it is taken down.

    The console takes it down and refunds it, in the same transaction.
    """
    waiting = queries.reports_to_answer(thing)
    rules.check_answer(outcome, waiting=len(waiting))
    answer = ReportAnswer(
        merchant=thing.merchant,
        campaign=thing.campaign,
        outcome=outcome,
        words=words.strip(),
        answered_by=by,
        answered_at=at,
        mailed_at=at if outcome == Outcome.KEPT else None,
    )
    answer.full_clean()
    answer.save()
    CatalogueReport.objects.filter(pk__in=[one.pk for one in waiting]).update(answer=answer)
    for schema_name in sorted({one.tenant.schema_name for one in waiting}):
        catalogue_hooks.reports_answered.ask(schema_name)
    if outcome != Outcome.KEPT:
        after_commit(tasks.mail_answer, answer.pk)
    return answer


@transaction.atomic
def forget_reports(*, at: dt.datetime) -> int:
    """Delete old answers with their reports; return the number deleted. Called by the scheduler."""
    return queries.old_answers(at=at).delete()[0]
