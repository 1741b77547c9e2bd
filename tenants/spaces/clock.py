"""Beat tasks of foundings."""

from celery import shared_task
from django.utils import timezone

from saas.kernel.tasks import PublicTask, send
from tenants.spaces import actions, queries, tasks
from tenants.spaces.actions import addresses, email_domains
from tenants.spaces.queries import addresses as names
from tenants.spaces.queries import email_domains as mail_domains


@shared_task(base=PublicTask)
def queue_stuck_foundings() -> None:
    """Queue again the spaces that nobody builds any more."""
    actions.queue_stuck(at=timezone.now())


@shared_task(base=PublicTask)
def tell_founders_again() -> None:
    """Queue again the letters to founders whose job may have been lost."""
    at = timezone.now()
    for founding_id in queries.untold_links(at):
        send(tasks.mail_link, founding_id)
    for founding_id in queries.untold_spaces(at):
        send(tasks.mail_ready, founding_id)


@shared_task(base=PublicTask)
def forget_unfinished_foundings() -> None:
    """Delete the foundings that nobody went on with, and mail domains that nobody confirmed."""
    at = timezone.now()
    actions.forget_unfinished(at=at)
    email_domains.forget_lapsed(at=at)


@shared_task(base=PublicTask)
def queue_left_operations() -> None:
    """Queue again what was to be done to a space and nobody does any more."""
    actions.queue_left_operations(at=timezone.now())


@shared_task(base=PublicTask)
def remove_old_archives() -> None:
    """Have the archives removed whose last day is over."""
    actions.remove_old_archives(at=timezone.now())


@shared_task(base=PublicTask)
def inspect_schemas() -> None:
    """Have some schemas compared with the blueprint: each once a day."""
    actions.queue_inspections(at=timezone.now())


@shared_task(base=PublicTask)
def check_domains() -> None:
    """Have DNS asked about the names that companies call their own, and lost letters sent again."""
    at = timezone.now()
    addresses.queue_checks(at=at)
    for claim_id in mail_domains.untold_links(at):
        send(tasks.mail_domain_link, claim_id)
    for domain, name in names.untold(names.missing_claims()):
        send(tasks.mail_missing, domain, space=name)
    for domain, name in names.untold(names.lost_claims()):
        send(tasks.mail_lost, domain, space=name)
