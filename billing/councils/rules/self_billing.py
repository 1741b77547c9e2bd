"""Self-billing: a council's share, invoiced by us in the council's name.

CGI 289 I-2 lets a client issue the invoices of its supplier, under a prior written mandate (CGI,
annexe II, 242 nonies I); each supplier has its own series of numbers. An invoice bills the earnings
of sales under a mandate, less amounts taken back of them, less earlier invoices. So an event booked
late is billed by the next invoice, and no euro twice. A sale without a mandate is neither billed
nor taken back. A mandate begins at its signature: earlier earnings of that day are not covered.

EN 16931-1, BR-CO-17: the tax of an invoice is its net amount times the rate, rounded once. So the
tax is computed on the sum; each line shows its part of it, and the ledger holds the printed sum.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from billing.councils.rules.statements import EARNING, Movement
from billing.models import Council
from billing.papers.rules.papers import PaperLine, Party
from saas.kernel.errors import Refused
from saas.kernel.money import vat_parts
from saas.kernel.values import legal

RATE_BP = 2_000
# Code de commerce, L441-10 I: sixty days after the invoice at the latest.
DUE_AFTER = dt.timedelta(days=60)


class Mandate(NamedTuple):
    """The period of a council's mandate for self-billing, with the council's name at its end.

    `version` and `digest` are those of the accepted text; 0 for mandates from before the first.
    """

    since: dt.datetime
    until: dt.datetime | None = None
    party: Party | None = None
    version: int = 0
    digest: str = ""

    def covers(self, at: dt.datetime) -> bool:
        """Return True if earnings of a moment are billed under it: from its signature on."""
        return at >= self.since and (self.until is None or at < self.until)


def mandates_of(council: Council) -> list[Mandate]:
    """Return the mandates of a council, the oldest first; the last may still be in force."""
    moment = dt.datetime.fromisoformat
    ended = [
        Mandate(
            moment(one["since"]),
            moment(one["until"]),
            Party(**one["party"]),
            one.get("version", 0),
            one.get("digest", ""),
        )
        for one in council.ended_mandates or []
    ]
    if council.self_billing_since is None:
        return ended
    version, digest = council.self_billing_version, council.self_billing_digest
    return [*ended, Mandate(council.self_billing_since, version=version, digest=digest)]


def accept_mandate(council: Council, at: dt.datetime) -> None:
    """Accept the newest text of the mandate; a mandate in force goes on under it."""
    council.self_billing_since = council.self_billing_since or at
    for column, value in legal.accepted(legal.SELF_BILLING).items():
        setattr(council, column, value)


class Mandating(Protocol):
    """A council with its mandate in force, if any: a row, or what its own people read of it."""

    @property
    def self_billing_since(self) -> dt.datetime | None:
        """The moment from which it is in force."""

    @property
    def self_billing_version(self) -> int:
        """The version of the accepted text."""


def has_old_mandate(council: Mandating) -> bool:
    """Return True if a council's mandate is in force under an older text."""
    return council.self_billing_since is not None and not legal.is_current(
        legal.SELF_BILLING, council.self_billing_version
    )


def end_mandate(council: Council, party: Party, at: dt.datetime) -> None:
    """End the mandate in force, if any; its period and its party are kept."""
    if council.self_billing_since is not None:
        ended = {
            "since": council.self_billing_since.isoformat(),
            "until": at.isoformat(),
            "party": party._asdict(),
            "version": council.self_billing_version,
            "digest": council.self_billing_digest,
        }
        council.ended_mandates = [*(council.ended_mandates or []), ended]
        council.self_billing_since = None
        council.self_billing_version, council.self_billing_digest = 0, ""


class BillLine(NamedTuple):
    """A line for a campaign, or for events booked too late for the previous invoice."""

    description: str
    net_cents: int
    vat_cents: int


def check_may_be_billed(council: Council) -> None:
    """Raise Refused if a council owes no VAT or gave no mandate.

    Sales under an ended mandate are still billed, and taken back after a refund.
    """
    if council.self_billing_since is None and council.ended_mandates:
        return
    if not council.is_vat_payer or not council.vat_number:
        raise Refused(_("Ce CSE n’est pas assujetti à la TVA\u00a0: un relevé lui suffit."))
    if council.self_billing_since is None:
        raise Refused(_("Ce CSE n’a pas signé de mandat d’autofacturation."))


def bill_lines(
    movements: Iterable[Movement],
    mandates: Sequence[Mandate],
    *,
    first_day: dt.date,
    billed_cents: int,
    zone: dt.tzinfo,
) -> list[BillLine]:
    """Return earnings under mandates: a line per campaign from a day on, the rest in a line."""
    nets: dict[str, int] = {}
    late = -billed_cents
    for line in _under(mandates, list(movements)):
        if line.at.astimezone(zone).date() < first_day:
            late += line.cents
            continue
        about = f"{line.about.headline} ({line.about.merchant})"
        nets[about] = nets.get(about, 0) + line.cents
    named = [
        (_("Part due\u00a0: %(about)s") % {"about": about}, net) for about, net in nets.items()
    ]
    if late:
        named.append((_("Régularisation de périodes déjà facturées"), late))
    named_lines = [(text[:200], net) for text, net in named if net]
    taxes = vat_parts((net for _text, net in named_lines), RATE_BP)
    return [BillLine(text, net, vat) for (text, net), vat in zip(named_lines, taxes, strict=True)]


def _under(mandates: Sequence[Mandate], movements: Sequence[Movement]) -> list[Movement]:
    """Return the movements of shares earned under a mandate, including later deductions."""
    covered = {
        line.about.share_reference
        for line in movements
        if line.kind == "shared" and any(mandate.covers(line.at) for mandate in mandates)
    }
    return [
        line for line in movements if line.kind in EARNING and line.about.share_reference in covered
    ]


def tax_due_at(issued_at: dt.datetime, held_until: dt.datetime | None) -> dt.datetime:
    """Return when the VAT of a bill may be transferred: after the holds of its shares have ended.

    It is never later than the law allows.
    """
    return min(max(issued_at, held_until or issued_at), issued_at + DUE_AFTER)


def paper_lines(lines: Iterable[BillLine], *, is_credit: bool) -> tuple[PaperLine, ...]:
    """Return the lines of a bill; an amount in the other direction has a negative quantity.

    EN 16931 allows no negative price (BR-27). A credit note reverses every sign.
    """
    sign = -1 if is_credit else 1
    return tuple(
        PaperLine(
            description=line.description,
            quantity=1 if sign * line.net_cents >= 0 else -1,
            unit_cents=abs(line.net_cents),
            net_cents=sign * line.net_cents,
            vat_cents=sign * line.vat_cents,
            vat_rate_bp=RATE_BP,
        )
        for line in lines
    )
