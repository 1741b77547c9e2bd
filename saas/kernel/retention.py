"""Retention of rows: each table declares it as `RETENTION`, beside its columns.

`RETENTION = after(…, since=…)` is applied by the nightly job, in batches; a plain length of time,
or `by_room(…)`, by the scheduled task of the table's own app, which does more than delete. All
other rows are kept as long as the object that they belong to.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# A person with a closed account may come back for this time; then the scheduler erases them.
LEAVER_RETENTION = dt.timedelta(days=90)
BATCH, MOST_BATCHES = 500, 20
DAYS_A_YEAR = 365


class RetentionPeriod(NamedTuple):
    """Retention period: a length of time since a column's moment, or the life of another object.

    `what` describes the data to people; rows without it belong to rows that are described.
    """

    lasts: dt.timedelta | None = None
    since: str = ""
    only: models.Q = models.Q()
    words: Promise | str = ""
    what: Promise | str = ""


def after(
    lasts: dt.timedelta, *, since: str, what: Promise | str = "", only: models.Q | None = None
) -> RetentionPeriod:
    """Delete a row so long after the moment in its column; an empty column waits."""
    return RetentionPeriod(lasts, since, only or models.Q(), what=what)


def by_room(lasts: dt.timedelta, what: Promise | str = "") -> RetentionPeriod:
    """Let the room's own clock delete a row so long after it was of use."""
    return RetentionPeriod(lasts, what=what)


def with_person(what: Promise | str = "") -> RetentionPeriod:
    """Keep a row as long as its person is a member, and `LEAVER_RETENTION`; it goes with them."""
    return RetentionPeriod(
        words=gettext_lazy("tant que vous êtes membre, et 90 jours après"), what=what
    )


def with_space(what: Promise | str = "") -> RetentionPeriod:
    """Keep a row as long as the space; nothing personal stays in it."""
    return RetentionPeriod(words=gettext_lazy("tant que l’espace existe"), what=what)


# A row goes with the row that it hangs on: deleting that deletes it.
WITH_PARENT = RetentionPeriod(words="with the row that it belongs to")
# Data that runs the service and contains no member's data: merchants' shops, spaces, prices.
WITH_SERVICE = RetentionPeriod(words="as long as the contract that it serves")
TEN_YEARS = RetentionPeriod(
    words=gettext_lazy("dix ans, article L. 123-22 du Code de commerce"),
    what=gettext_lazy("Pièces comptables et argent du CSE"),
)
# Tables of libraries, without a declaration of their own.
OF_OTHERS = {
    "contenttypes.ContentType": WITH_SERVICE,
    "auth.Permission": WITH_SERVICE,
    "auth.Group": WITH_SERVICE,
}


def of(model: type[models.Model]) -> RetentionPeriod | None:
    """Return the retention of a table's rows; None if its declaration is missing."""
    period: Any = getattr(model, "RETENTION", None) or OF_OTHERS.get(model._meta.label)
    return by_room(period) if isinstance(period, dt.timedelta) else period


def tables(app_names: Iterable[str] | None = None) -> list[type[models.Model]]:
    """List the tables of some apps, or of all; views are others' rows."""
    wanted = None if app_names is None else set(app_names)
    return [
        model
        for config in apps.get_app_configs()
        if wanted is None or config.name in wanted
        for model in config.get_models()
        if model._meta.managed
    ]


def in_words(keep: RetentionPeriod) -> str:
    """Return a period as text."""
    if keep.lasts is None:
        return str(keep.words)
    days = keep.lasts.days
    if days >= DAYS_A_YEAR and days % DAYS_A_YEAR == 0:
        years = days // DAYS_A_YEAR
        return ngettext("%(count)d an", "%(count)d ans", years) % {"count": years}
    if days:
        return ngettext("%(count)d jour", "%(count)d jours", days) % {"count": days}
    return _("aussitôt")


def listed(app_names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the described data with its retention as text, distinct, the shortest first."""
    found = [keep for model in tables(app_names) if (keep := of(model)) and keep.what]
    found.sort(
        key=lambda keep: (keep.lasts is None, keep.lasts or dt.timedelta(0), str(keep.words))
    )
    return list(dict.fromkeys((str(keep.what), in_words(keep)) for keep in [*found, TEN_YEARS]))


def sweep(app_names: Iterable[str], *, at: dt.datetime) -> dict[str, int]:
    """Delete rows past their retention, some thousands per table at most; return the numbers."""
    return {
        model._meta.label: many
        for model in tables(app_names)
        if (keep := of(model)) and keep.since and (many := sum(_batches(model, keep, at=at)))
    }


def _batches(model: type[models.Model], keep: RetentionPeriod, *, at: dt.datetime) -> Iterator[int]:
    rows: Any = model._default_manager  # noqa: SLF001 - Django's way to say it
    limit = at - (keep.lasts or dt.timedelta(0))
    is_day = not isinstance(model._meta.get_field(keep.since), models.DateTimeField)
    old = rows.filter(keep.only, **{f"{keep.since}__lt": limit.date() if is_day else limit})
    for _batch in range(MOST_BATCHES):
        ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        rows.filter(pk__in=ids).delete()
        yield len(ids)
