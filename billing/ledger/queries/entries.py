"""Entries by hand for operators and auditors: proposed, posted and refused."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from billing.ledger.rules import manual
from billing.ledger.rules.chart import CHART
from billing.models import Council, ManualEntry
from saas.catalogue.merchants.models import Merchant
from saas.kernel.errors import Refused

ON_A_PAGE = 50


class LineRow(NamedTuple):
    """A line of an entry by hand: its account, its owner and its cents, debit positive."""

    account: str
    owner: str
    cents: int

    @property
    def credit_cents(self) -> int:
        """Its credit in cents; 0 for a debit."""
        return max(-self.cents, 0)


class EntryView(NamedTuple):
    """An entry by hand with its lines, and the entries that take it back."""

    entry: ManualEntry
    lines: list[LineRow]
    reversals: list[ManualEntry]

    @property
    def total_cents(self) -> int:
        """Its sum of debits."""
        return sum(line.cents for line in self.lines if line.cents > 0)

    @property
    def can_be_reversed(self) -> bool:
        """True if it is posted without a payment, and no reversal is proposed or posted."""
        live = [row for row in self.reversals if row.state != ManualEntry.State.REFUSED]
        is_posted = self.entry.state == ManualEntry.State.POSTED
        return is_posted and not self.entry.way and not live


def entries_page(*, state: str, number: str) -> tuple[list[EntryView], Page[ManualEntry]]:
    """Return a page of the entries by hand, the newest first; of a state if it is named."""
    found = ManualEntry.objects.select_related("proposed_by", "decided_by", "case")
    if state in ManualEntry.State.values:
        found = found.filter(state=state)
    shown = Paginator(found.prefetch_related("reversals"), ON_A_PAGE).get_page(number)
    return _views(list(shown.object_list)), shown


def entry_of(reference: str) -> EntryView | None:
    """Return an entry by hand; null for an unknown reference."""
    found = (
        ManualEntry.objects.select_related(
            "proposed_by", "decided_by", "case", "council", "reverses"
        )
        .prefetch_related("reversals")
        .filter(reference=reference)
    )
    return next(iter(_views(list(found))), None)


def states() -> dict[str, str]:
    """Return the states of entries by hand with their names, for a filter."""
    return {value: str(label) for value, label in ManualEntry.State.choices}


def waiting_count() -> int:
    """Return the number of entries that wait for a second operator."""
    return ManualEntry.objects.filter(state=ManualEntry.State.PROPOSED).count()


class Owner(NamedTuple):
    """The council or merchant of a line, or neither."""

    council_id: int | None = None
    merchant_id: int | None = None


def owner_of(reference: str) -> Owner:
    """Return the council or merchant of a reference; neither for an empty reference.

    Raises Refused if neither a council nor a merchant has this reference.
    """
    text = reference.strip().upper()
    if not text:
        return Owner()
    council = Council.objects.filter(reference=text).values_list("pk", flat=True).first()
    if council:
        return Owner(council_id=council)
    merchant = Merchant.objects.filter(reference=text).values_list("pk", flat=True).first()
    if merchant:
        return Owner(merchant_id=merchant)
    raise Refused(_("Aucun CSE ni commerçant n’a cette référence."))


def _views(found: Sequence[ManualEntry]) -> list[EntryView]:
    """Return entries with their lines; the names of all owners take two queries."""
    lines = {entry.pk: manual.read(entry.lines) for entry in found}
    every = [line for some in lines.values() for line in some]
    councils = {line.council_id for line in every if line.council_id}
    merchants = {line.merchant_id for line in every if line.merchant_id}
    names = dict(Council.objects.filter(pk__in=councils).values_list("pk", "name"))
    shops = dict(Merchant.objects.filter(pk__in=merchants).values_list("pk", "legal_name"))
    return [
        EntryView(
            entry,
            [
                LineRow(
                    f"{CHART[line.account].number} {CHART[line.account].name}",
                    names.get(line.council_id or 0, "") or shops.get(line.merchant_id or 0, ""),
                    line.cents,
                )
                for line in lines[entry.pk]
            ],
            list(entry.reversals.all()),
        )
        for entry in found
    ]
