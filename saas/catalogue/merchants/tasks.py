"""What is finished after the commit: the address is mailed."""

from uuid import UUID

from celery import shared_task

from saas.catalogue.merchants import notifications, queries
from saas.catalogue.merchants.models import Signup
from saas.kernel import letters
from saas.kernel.tasks import PublicTask


@shared_task(base=PublicTask)
def mail_confirmation(signup_id: UUID) -> None:
    """Mail a new address its link, and a known one the way to its desk."""
    letters.tell(queries.signups_to_mail(), signup_id, _mail)


def _mail(signup: Signup) -> None:
    if queries.is_known(signup.email):
        notifications.tell_that_a_desk_exists(signup)
    else:
        notifications.tell_how_to_confirm(signup)
