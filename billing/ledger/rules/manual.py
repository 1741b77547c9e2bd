"""Rules of entries that operators propose: balanced, on known accounts, each with its owner."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.rules.chart import CHART, COUNCIL, MERCHANT
from billing.ledger.rules.postings import Line
from billing.models import Account, Case
from saas.kernel.errors import Refused

# Kinds of cases opened by a night's comparison, and closed once it agrees.
OF_THE_NIGHT = (
    Case.Kind.MISSING,
    Case.Kind.EXTRA,
    Case.Kind.AMOUNT,
    Case.Kind.UNKNOWN_KIND,
    Case.Kind.LATE_FEE,
    Case.Kind.BALANCE,
)
FEWEST_LINES, MOST_LINES = 2, 20
MOST_CENTS = 100_000_000_00


def stored(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return lines as the table of manual entries keeps them, without empty columns."""
    written = []
    for line in lines:
        columns = {**line._asdict(), "account": line.account.value}
        written.append({name: value for name, value in columns.items() if value not in {None, ""}})
    return written


def read(written: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return lines from the table of manual entries."""
    return [Line(**{**columns, "account": Account(columns["account"])}) for columns in written]


def reversed_lines(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that take an entry back."""
    return [line._replace(cents=-line.cents) for line in lines]


def check_lines(lines: Sequence[Line]) -> None:
    """Raise Refused unless the lines make a balanced entry with the owners its accounts need."""
    if not FEWEST_LINES <= len(lines) <= MOST_LINES:
        raise Refused(_("Une écriture a de 2 à 20 lignes."), field="lines")
    if any(not 0 < abs(line.cents) <= MOST_CENTS for line in lines):
        raise Refused(_("Chaque ligne a un débit ou un crédit."), field="lines")
    total = sum(line.cents for line in lines)
    if total:
        raise Refused(
            _("Débits et crédits diffèrent de %(euros)s\u00a0€\u00a0: une écriture est équilibrée.")
            % {"euros": f"{abs(total) / 100:.2f}".replace(".", ",")},
            field="lines",
        )
    for line in lines:
        _check_owner(line)


def _check_owner(line: Line) -> None:
    account = CHART[line.account]
    owner = {COUNCIL: line.council_id, MERCHANT: line.merchant_id, "": True}[account.of]
    needs_council = line.account.value.startswith("share.") and line.council_id is None
    if not owner or needs_council:
        raise Refused(
            _("Le compte %(number)s demande la référence du CSE ou du commerçant.")
            % {"number": account.number},
            field="lines",
        )


def check_is_corrected(kind: str) -> None:
    """Raise Refused unless an entry of its gap corrects a case of this kind."""
    if kind not in {*OF_THE_NIGHT, Case.Kind.BANK_LINE}:
        raise Refused(
            _("Ce cas n’est pas un écart avec le solde de Stripe\u00a0: suivez son conseil.")
        )


def account_choices() -> list[tuple[str, str]]:
    """Return the accounts of the chart for a form, in the order of their numbers."""
    found = sorted(CHART.items(), key=lambda pair: pair[1].number)
    return [(account.value, f"{named.number} {named.name}") for account, named in found]
