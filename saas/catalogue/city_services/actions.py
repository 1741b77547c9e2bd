"""How a service of the city comes into the catalogue."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction

from saas.accounts.models import User
from saas.catalogue.city_services import queries, rules, tasks
from saas.catalogue.city_services.models import CityService, ServiceFile, ServiceHours
from saas.catalogue.city_services.rules import ServiceRow
from saas.catalogue.merchants.rules.shops import Opening, check_hours, slug_for
from saas.kernel.tasks import after_commit
from tenants.spaces.rules.walks import check_place

logger = logging.getLogger(__name__)
_COLUMNS = [name for name in ServiceRow._fields if name != "hours"]


class Imported(NamedTuple):
    """How many services a file added, updated and removed."""

    added: int
    updated: int
    removed: int


@transaction.atomic
def add_service(
    *, slug: str, hours: Sequence[Opening], at: dt.datetime, **columns: Any
) -> CityService:
    """Create a city service with its hours, or update the service with the same slug.

    Called by the import of the town's data, not by a user.
    """
    check_hours(hours)
    service = CityService.objects.filter(slug=slug).first() or CityService(slug=slug, added_at=at)
    for column, value in columns.items():
        setattr(service, column, value)
    service.full_clean()
    check_place(service.latitude, service.longitude)
    service.save()
    service.hours.all().delete()
    ServiceHours.objects.bulk_create(
        ServiceHours(service=service, **opening._asdict()) for opening in sorted(hours)
    )
    return service


@transaction.atomic
def save_service(
    *,
    service: CityService | None,
    hours: Sequence[Opening],
    columns: dict[str, Any],
    by: User,
    at: dt.datetime,
) -> CityService:
    """Create or update a city service that an operator describes."""
    slug = service.slug if service else _free_slug(columns["name"])
    logger.info("%s described the city service %s", by.reference, slug)
    return add_service(slug=slug, hours=hours, at=at, **columns)


@transaction.atomic
def send_file(*, name: str, content: bytes, by: User, at: dt.datetime) -> ServiceFile:
    """Keep a file of services, which a job reads before anything changes."""
    rules.check_size(len(content))
    file = ServiceFile.objects.create(name=name[:120], content=content, sent_by=by, sent_at=at)
    after_commit(tasks.read_file, file.pk)
    return file


@transaction.atomic
def import_file(*, file_id: int, removes_others: bool, by: User, at: dt.datetime) -> Imported:
    """Import the services of a file that was read, and delete the file. Raises Refused."""
    locked = ServiceFile.objects.select_for_update(of=("self",)).filter(pk=file_id).first()
    found = rules.read(rules.check_is_read(locked))
    rules.check_has_rows(found)
    # A row that could not be read is not missing.
    removes = removes_others and not found.wrong
    done = import_services(rows=found.rows, removes_others=removes, by=by, at=at)
    ServiceFile.objects.filter(pk=file_id).delete()
    return done


@transaction.atomic
def drop_file(*, file_id: int, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - the form of actions
    """Delete a file that is not to be imported."""
    ServiceFile.objects.filter(pk=file_id).delete()


@transaction.atomic
def delete_expired_files(*, at: dt.datetime) -> None:
    """Delete files that nobody imported in time. Called by the clock."""
    queries.expired_files(at).delete()


@transaction.atomic
def import_services(
    *, rows: Sequence[ServiceRow], removes_others: bool, by: User, at: dt.datetime
) -> Imported:
    """Add the services of a file, and update those of an earlier file by their source.

    `removes_others`: services of the same kind of file that are missing in it are deleted.
    """
    known = {one.source: one for one in CityService.objects.select_for_update() if one.source}
    taken = set(CityService.objects.values_list("slug", flat=True))
    added: list[ServiceRow] = []
    updated: list[ServiceRow] = []
    for row in rows:
        service = known.get(row.source)
        (added if service is None else updated).append(row)
        if service is None:
            slug = slug_for(row.name, taken)
            taken.add(slug)
            known[row.source] = CityService(slug=slug, added_at=at)
        _describe(known[row.source], row)
    CityService.objects.bulk_create(known[row.source] for row in added)
    CityService.objects.bulk_update([known[row.source] for row in updated], _COLUMNS)
    ServiceHours.objects.filter(service__in=[known[row.source] for row in updated]).delete()
    ServiceHours.objects.bulk_create(
        ServiceHours(service=known[row.source], **opening._asdict())
        for row in rows
        for opening in sorted(row.hours)
    )
    gone = 0
    if removes_others and rows:
        same_kind = CityService.objects.filter(source__startswith=rows[0].source[:4])
        others = same_kind.exclude(source__in=[row.source for row in rows])
        gone = others.count()
        others.delete()
    logger.info("%s imported %d city services", by.reference, len(rows))
    return Imported(len(added), len(updated), gone)


def _describe(service: CityService, row: ServiceRow) -> None:
    """Set the columns of a row of a file; the database holds what is unique."""
    check_hours(row.hours)
    for column in _COLUMNS:
        setattr(service, column, getattr(row, column))
    service.full_clean(validate_unique=False, validate_constraints=False)
    check_place(service.latitude, service.longitude)


@transaction.atomic
def remove_service(*, service: CityService, by: User, at: dt.datetime) -> None:  # noqa: ARG001 - each action says when
    """Delete a city service from all spaces."""
    logger.info("%s removed the city service %s", by.reference, service.slug)
    service.delete()


def _free_slug(name: str) -> str:
    """Return an address for a service that no other has."""
    base = slug_for(name, ())
    taken = CityService.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    return slug_for(name, set(taken))
