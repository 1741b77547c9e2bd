"""Beat tasks of foundings."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, send
from tenants.spaces.actions import addresses, corrections, deletions, email_domains
from tenants.spaces.actions import foundings as founding_actions
from tenants.spaces.actions import life as life_actions
from tenants.spaces.actions import standing as standing_actions
from tenants.spaces.actions import upkeep as upkeep_actions
from tenants.spaces.queries import addresses as names
from tenants.spaces.queries import email_domains as mail_domains
from tenants.spaces.queries import foundings as queries
from tenants.spaces.queries import life as queries_of_life
from tenants.spaces.queries import standing as standings
from tenants.spaces.tasks import addresses as address_tasks
from tenants.spaces.tasks import deletions as deletion_tasks
from tenants.spaces.tasks import email_domains as email_domain_tasks
from tenants.spaces.tasks import foundings as founding_tasks
from tenants.spaces.tasks import standing as standing_tasks


@shared_task(base=PublicTask)
def requeue_foundings() -> None:
    """Requeue foundings without a running worker."""
    founding_actions.requeue_stalled(at=timezone.now())


@shared_task(base=PublicTask)
def requeue_founder_mails() -> None:
    """Requeue mails to founders if their job may have been lost."""
    at = timezone.now()
    for founding_id in queries.unmailed_links(at):
        send(founding_tasks.mail_link, founding_id)
    for founding_id in queries.unmailed_spaces(at):
        send(founding_tasks.mail_ready, founding_id)


@shared_task(base=PublicTask)
def forget_unfinished_foundings() -> None:
    """Delete abandoned foundings, and unconfirmed claims of mail domains."""
    at = timezone.now()
    founding_actions.forget_unfinished(at=at)
    email_domains.forget_lapsed(at=at)


@shared_task(base=PublicTask)
def requeue_operations() -> None:
    """Requeue operations on spaces without a running worker, and end moves without a mover."""
    life_actions.requeue_stalled_operations(at=timezone.now())
    upkeep_actions.queue_abandoned_moves()


@shared_task(base=PublicTask)
def end_spaces() -> None:
    """Remind of planned deletions, begin due deletions, and requeue lost mails."""
    at = timezone.now()
    deletions.begin_due(at=at)
    deletions.remind(at=at)
    deletions.drop_unconfirmed(at=at)
    for change_id, name in queries_of_life.unmailed_ends():
        send(deletion_tasks.mail_end, change_id, space=name)


@shared_task(base=PublicTask)
def remove_old_archives() -> None:
    """Queue the removal of archives past their last day."""
    life_actions.remove_old_archives(at=timezone.now())


@shared_task(base=PublicTask)
def inspect_schemas() -> None:
    """Have some schemas compared with the blueprint: each once a day."""
    upkeep_actions.queue_inspections(at=timezone.now())


@shared_task(base=PublicTask)
def check_domains() -> None:
    """Have DNS asked about the names that companies call their own, and lost mails sent again."""
    at = timezone.now()
    addresses.queue_checks(at=at)
    for claim_id in mail_domains.unmailed_links(at):
        send(email_domain_tasks.mail_domain_link, claim_id)
    for domain, name in names.unmailed(names.missing_claims()):
        send(address_tasks.mail_missing, domain, space=name)
    for domain, name in names.unmailed(names.lost_claims()):
        send(address_tasks.mail_lost, domain, space=name)


@shared_task(base=PublicTask)
def apply_head_counts() -> None:
    """Have the corrected head-counts written that begin today, or began while we were away."""
    at = timezone.now()
    corrections.queue_head_counts(day=timezone.localdate(at), at=at)


@shared_task(base=PublicTask)
def prove_spaces() -> None:
    """Have DNS asked for spaces that are not proven, and lost mails on decisions sent again."""
    at = timezone.now()
    standing_actions.queue_checks(at=at)
    for standing_id, name in standings.unmailed_decisions(at):
        send(standing_tasks.mail_decision, standing_id, space=name)
