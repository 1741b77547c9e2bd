"""Tasks after the commit: pictures are re-encoded, files of deleted pictures are deleted."""

from celery import shared_task

from saas.kernel import hooks, private_pictures
from saas.kernel.tasks import TenantTask
from tenants.community.lending.models import LendingPicture
from tenants.community.lending.queries import shared


@shared_task(base=TenantTask)
def prepare_picture(picture_id: int) -> None:
    """Re-encode a picture; if neighbours may see it, publish the change to them."""
    private_pictures.prepare(LendingPicture, picture_id, on_ready=_publish)


def _publish(picture: LendingPicture) -> None:
    if shared.is_shared(picture):
        hooks.offers_changed.ask()


@shared_task(base=TenantTask)
def delete_files(name: str) -> None:
    """Delete the files of a deleted picture."""
    private_pictures.delete_files(name)


@shared_task(base=TenantTask)
def delete_lost_files() -> None:
    """Delete the files of deleted pictures if the job for them was lost."""
    private_pictures.delete_lost_files(LendingPicture)
