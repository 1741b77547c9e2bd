"""Tasks after the response: the links of a person's spaces are mailed."""

from celery import shared_task

from saas.kernel.tasks import PublicTask
from saas.site import notifications
from tenants.spaces.queries import foundings as queries
from tenants.spaces.rules import workplaces as rules


@shared_task(base=PublicTask)
def mail_spaces(email: str, language: str) -> None:
    """Mail an address the spaces that it may use; only proven domains are looked at."""
    domain = rules.domain_of(email)
    notifications.mail_spaces(email, language, queries.spaces_of_domain(domain))
