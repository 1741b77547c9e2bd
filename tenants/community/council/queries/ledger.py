"""The ledger, line by line, with the balance to be paid after each."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import F, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.councils.rules.budgets import NOTHING, Budgets
from billing.models import OwnEntry
from saas.kernel.search.sorting import sort_key
from saas.kernel.values.months import months_later
from tenants.community.council import rules
from tenants.community.council.wording.shares import set_off

ON_A_PAGE = 25
LAST = 6


class Line(NamedTuple):
    """A line of the ledger as the page shows it; `budgets` splits its amount.

    A payout also lowers the balance, but is no loss.
    """

    at: dt.datetime
    kind_words: str
    title: str
    note: str
    cents: int
    balance_cents: int
    share_reference: str
    stripe_id: str
    council_name: str = ""
    budgets: Budgets = NOTHING
    is_loss: bool = False


class Filters(NamedTuple):
    """The filters of the ledger; an empty filter excludes nothing."""

    month: dt.date | None = None
    merchant: str = ""
    kind: str = ""
    council: str = ""

    @property
    def any(self) -> bool:
        """Whether something is left out."""
        return any(self)


class Choices(NamedTuple):
    """The choices of the ledger's filters."""

    months: list[dt.date]
    merchants: list[str]
    kinds: dict[str, str]
    councils: dict[str, str]


def kinds() -> dict[str, str]:
    """Return the labels of the kinds of lines."""
    return {
        "shared": _("Part gagnée"),
        "claimed": _("Remboursement"),
        rules.LOST: _("Litige perdu"),
        "restored": _("Litige gagné"),
        "transferred": _("Reversement"),
        "reversed": _("Reprise"),
        "netted": _("Compensation"),
        "written_off": _("Abandon"),
        "paid_by_hand": _("Règlement sur pièce"),
        "renounced": _("Part laissée au commerçant"),
    }


def last_lines(councils: Collection[str], *, also: str = "") -> tuple[list[Line], list[OwnEntry]]:
    """Return the newest lines, and the lines of a share, oldest first, in a single query."""
    rank = Window(RowNumber(), order_by=[F("occurred_at").desc(), F("id").desc()])
    entries = _with_balance(councils).annotate(rank=rank)
    found = list(_newest_first(entries.filter(Q(rank__lte=LAST) | Q(share_reference=also))))
    followed = [entry for entry in reversed(found) if entry.share_reference == also]
    return [_line(entry, {}) for entry in found[:LAST]], followed


def ledger_page(
    filters: Filters, number: str, *, councils: Mapping[str, str]
) -> tuple[list[Line], Page[OwnEntry]]:
    """Return a page of the lines that are asked for, newest first; several councils are named."""
    shown = Paginator(_newest_first(entries_of(filters, councils)), ON_A_PAGE).get_page(number)
    return [_line(entry, councils) for entry in shown.object_list], shown


def entries_of(filters: Filters, councils: Mapping[str, str]) -> QuerySet[OwnEntry]:
    """Return the filtered lines, oldest first, with the balance to be paid after each."""
    entries = _with_balance(councils)
    for condition in _conditions(filters):
        # An OR with the window function makes Django filter after the balances are computed.
        entries = entries.filter(Q(balance__isnull=True) | condition)
    return entries.order_by("occurred_at", "id")


def title_of(entry: OwnEntry) -> str:
    """Return the label of a line's kind."""
    kind = rules.kind_of(entry.kind, by_bank=entry.by_bank)
    return kinds().get(kind, kind)


def ledger_choices(councils: Mapping[str, str], *, today: dt.date) -> Choices:
    """Return the months since the first line, the merchants, the kinds and the councils."""
    entries = OwnEntry.objects.filter(council_reference__in=councils)
    # In their usual order, the lines' moments would count as a difference.
    names = entries.order_by().values_list("merchant_name", flat=True).distinct()
    first = entries.aggregate(first=Min("occurred_at"))["first"]
    return Choices(
        months=rules.months_between(timezone.localdate(first), today) if first else [],
        merchants=sorted(names, key=sort_key),
        kinds=kinds(),
        councils=dict(councils),
    )


def filters_of(params: Mapping[str, str], choices: Choices) -> Filters:
    """Return the filters in a query string; values outside the choices are ignored."""
    months = {f"{month:%Y-%m}": month for month in choices.months}
    merchant, kind = params.get("merchant", ""), params.get("kind", "")
    council = params.get("council", "")
    return Filters(
        month=months.get(params.get("month", "")),
        merchant=merchant if merchant in choices.merchants else "",
        kind=kind if kind in choices.kinds else "",
        council=council if council in choices.councils else "",
    )


def lines_in_words(entries: Iterable[OwnEntry]) -> list[Line]:
    """Return the lines of a share, with the balance of that share after each."""
    lines, balance = [], 0
    for entry in entries:
        balance += entry.cents
        lines.append(_line(entry, {})._replace(balance_cents=balance))
    return lines


def _with_balance(councils: Collection[str]) -> QuerySet[OwnEntry]:
    balance = Window(
        Sum("cents"),
        partition_by=[F("council_reference")],
        order_by=[F("occurred_at").asc(), F("id").asc()],
    )
    return OwnEntry.objects.filter(council_reference__in=councils).annotate(balance=balance)


def _newest_first(entries: QuerySet[OwnEntry]) -> QuerySet[OwnEntry]:
    return entries.order_by("-occurred_at", "-id")


def _conditions(filters: Filters) -> list[Q]:
    conditions = []
    if filters.month:
        zone = timezone.get_current_timezone()
        first, after = (
            dt.datetime.combine(day, dt.time.min, tzinfo=zone)
            for day in (filters.month, months_later(filters.month))
        )
        conditions.append(Q(occurred_at__gte=first, occurred_at__lt=after))
    if filters.merchant:
        conditions.append(Q(merchant_name=filters.merchant))
    if filters.kind:
        conditions.append(_of_kind(filters.kind))
    if filters.council:
        conditions.append(Q(council_reference=filters.council))
    return conditions


def _of_kind(kind: str) -> Q:
    if kind == rules.LOST:
        return Q(by_bank=True)
    return Q(kind=kind, by_bank=False)


def _line(entry: OwnEntry, councils: Mapping[str, str]) -> Line:
    about = f"{entry.merchant_name} · {entry.headline}"
    titles = {
        "shared": (entry.merchant_name, entry.headline),
        "claimed": (_("Remboursement à %(name)s") % {"name": entry.merchant_name}, entry.headline),
        rules.LOST: (_("Part reprise après un litige perdu"), about),
        "restored": (_("Part rendue après un litige gagné"), about),
        "transferred": (_("Reversement au CSE"), about),
        "reversed": (_("Reprise sur le compte du CSE"), about),
        "netted": (set_off(entry.cents), about),
        "written_off": (_("Dette du CSE abandonnée par Troovon"), about),
    }
    kind = rules.kind_of(entry.kind, by_bank=entry.by_bank)
    title, note = titles.get(kind, (kind, about))
    return Line(
        at=entry.occurred_at,
        kind_words=title_of(entry),
        title=title,
        note=note,
        cents=entry.cents,
        balance_cents=int(getattr(entry, "balance", 0)),
        share_reference=entry.share_reference,
        stripe_id=entry.stripe_id,
        council_name=councils.get(entry.council_reference, "") if len(councils) > 1 else "",
        budgets=Budgets(entry.aep_cents, entry.cents - entry.aep_cents),
        is_loss=entry.kind == "claimed" and entry.cents < 0,
    )
