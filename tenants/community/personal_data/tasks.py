"""Tasks after the commit: a copy of a member's data, mails about erasures."""

from celery import shared_task
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from saas.kernel import pending_mail
from saas.kernel.tasks import TenantTask
from saas.kernel.uploads import files
from tenants.community.personal_data import notifications, queries, rules
from tenants.community.personal_data.models import DataExport


@shared_task(base=TenantTask)
def prepare(export_id: int) -> None:
    """Make a copy that waits; a second run finds it ready."""
    export = (
        DataExport.objects.filter(pk=export_id, ready_at=None, person__is_active=True)
        .select_related("person")
        .first()
    )
    if export is None:
        return
    at = timezone.now()
    content = queries.archive_of(export.person, at=at)
    name = default_storage.save(files.private_name(rules.FOLDER, "zip"), ContentFile(content))
    written = DataExport.objects.filter(pk=export_id, ready_at=None).update(
        name=name, size_bytes=len(content), ready_at=at
    )
    if not written:
        default_storage.delete(name)


@shared_task(base=TenantTask)
def mail_erasure(erasure_id: int) -> None:
    """Mail a person that they will be erased, and until when this can be cancelled."""
    pending_mail.send_once(queries.erasures_to_mail(), erasure_id, notifications.mail_erasure)
