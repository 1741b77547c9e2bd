"""Beat tasks of city services: files whose job was lost, and files that nobody imported."""

from celery import shared_task
from django.utils import timezone

from saas.catalogue.city_services import actions, queries, tasks
from saas.kernel.tasks import PublicTask, send

AT_ONCE = 20


@shared_task(base=PublicTask)
def sweep_files() -> None:
    """Queue the reading of files again if their job was lost; delete files that expired."""
    now = timezone.now()
    for file_id in queries.files_to_read(at=now).values_list("pk", flat=True)[:AT_ONCE]:
        send(tasks.read_file, file_id)
    actions.delete_expired_files(at=now)
