"""Tasks after the commit: pictures are re-encoded, the two sides of a loan are told."""

from celery import shared_task

from saas.kernel import hooks, pending_mail, private_pictures
from saas.kernel.tasks import TenantTask
from tenants.community.lending import notifications
from tenants.community.lending.models import LendingPicture
from tenants.community.lending.queries import loans, shared


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture; neighbours hear of one that they may see."""
    private_pictures.prepare(LendingPicture, picture_id, on_ready=_publish)


def _publish(picture: LendingPicture) -> None:
    if shared.is_shared(picture):
        hooks.offers_changed.ask()


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a picture that is no more."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of pictures that are no more, where the job that should have was lost."""
    private_pictures.delete_lost_files(LendingPicture)


@shared_task(base=TenantTask)
def mail_notice(notice_id: int) -> None:
    """Tell one side of a loan what happened, once."""
    pending_mail.send_once(loans.notices_to_mail(), notice_id, notifications.send_notice)
