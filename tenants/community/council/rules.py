"""Access to the council's money, and how months and first euros are counted."""

import datetime as dt
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.models import OwnShare
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.money import BASIS, half_up, vat_on
from saas.kernel.values.months import A_YEAR, first_of, months_later

COUNCIL, TREASURER, SECRETARY = "council", "treasurer", "secretary"
REPORTED_UNTIL = 5  # of the next month
FACTOR_ABOVE_CENTS = 500_00
OF_COUNCIL = frozenset({COUNCIL, TREASURER, SECRETARY})
FIRST_MONTH = dt.date(2000, 1, 1)
# The example of a first payment, for a desk without entries.
EXAMPLE_NET_CENTS = 7_000
FRENCH_VAT_BP = 2_000
# A line of the ledger that took a share back because a bank did, and no refund.
LOST = "lost"


class FirstEuro(NamedTuple):
    """The fate of a first payment under the terms at hand."""

    gross_cents: int
    vat_cents: int
    net_cents: int
    share_cents: int
    rate_bp: int


class FlowRow(NamedTuple):
    """A merchant's payments for this space, taken apart."""

    merchant_name: str
    gross_cents: int
    refunded_cents: int
    vat_cents: int
    fee_cents: int
    share_cents: int

    @property
    def rest_cents(self) -> int:
        """The cents that stay with Troovon and with councils of the space that are not shown."""
        taken = self.refunded_cents + self.vat_cents + self.fee_cents + self.share_cents
        return self.gross_cents - taken


def taken_apart(share: OwnShare) -> FlowRow:
    """Split a payment for this space into refund, VAT kept, fee and share; the rest remains.

    The rest belongs to Troovon and, if a sale is shared, to other councils. An amount that a bank
    took back after a lost dispute counts as refunded. An amount restored to the council by an
    appeal belongs to its share.
    """
    gross = share.gross_cents
    back = min(share.refunded_cents + share.disputed_cents, gross)
    vat_back = back - half_up(Fraction(share.net_cents * back, gross)) if gross else 0
    return FlowRow(
        share.merchant_name,
        gross,
        back,
        share.vat_cents - vat_back,
        share.fee_cents or 0,
        share.amount_cents + share.restored_cents,
    )


def reads_money(duties: Collection[Duty]) -> bool:
    """Return True if a member may read a council's money line by line."""
    return any(duty.role in OF_COUNCIL for duty in duties)


def check_reads_money(duties: Collection[Duty]) -> None:
    """Raise NotAllowed unless the person is a member or the treasurer of a council."""
    if not reads_money(duties):
        raise NotAllowed(
            _(
                "Le registre du CSE est réservé à ses élus et à sa trésorerie. "
                "La vue d’ensemble, elle, est ouverte à tous."
            )
        )


def check_refuses(duties: Collection[Duty]) -> None:
    """Raise NotAllowed unless the person has a role in a council of the space."""
    if not reads_money(duties):
        raise NotAllowed(
            _("Ce que l’espace refuse est l’affaire du CSE\u00a0: parlez-en à l’un de ses élus.")
        )


def reads_council(duties: Collection[Duty], *, company_id: int | None) -> bool:
    """Return True if the person may read the money of this council.

    A role belongs to a council: in a park, a role in the council of a company or of the park opens
    no other council.
    """
    return any(duty.role in OF_COUNCIL and duty.company_id == company_id for duty in duties)


def companies_of(duties: Collection[Duty]) -> set[int | None]:
    """Return the companies of the councils that the person has a role in."""
    return {duty.company_id for duty in duties if duty.role in OF_COUNCIL}


def check_reads_council(duties: Collection[Duty], *, company_id: int | None) -> None:
    """Raise NotAllowed unless the person is elected to this council or is its treasurer."""
    check_reads_money(duties)
    if not reads_council(duties, company_id=company_id):
        raise NotAllowed(_("Ce CSE est celui d’une autre entreprise du parc."))


def is_treasurer(duties: Collection[Duty], *, company_id: int | None) -> bool:
    """Return True if the person decides about this council's money.

    In a park, the treasurer of a company decides neither for another company nor for the park's own
    council.
    """
    return Duty(TREASURER, company_id) in duties


def check_is_treasurer(duties: Collection[Duty], *, company_id: int | None) -> None:
    """Raise NotAllowed unless the person is the treasurer of this council."""
    if not is_treasurer(duties, company_id=company_id):
        raise NotAllowed(
            _(
                "Seule la trésorerie du CSE accepte les conditions et ouvre le compte. "
                "Le CSE peut vous donner ce rôle."
            )
        )


def check_signature(typed: str, name: str) -> None:
    """Raise Refused unless the typed signature is the signer's name, ignoring case and accents."""
    if _comparable(typed) != _comparable(name):
        raise Refused(
            _("Pour signer, écrivez votre nom tel qu’il figure ici\u00a0: %(name)s.")
            % {"name": name},
            field="name",
        )


def _comparable(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(letters.replace("-", " ").replace("’", "'").split())


def month_of(text: str, *, today: dt.date) -> dt.date:
    """Return the month in a query string (`2026-11`).

    An invalid month falls back to the current month. So does a later month, and a month before the
    first placements.
    """
    this = first_of(today)
    try:
        month = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return month if FIRST_MONTH <= month <= this else this


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the months from a first day to a last day, newest first."""
    oldest, newest = first_of(first), first_of(last)
    count = (newest.year - oldest.year) * A_YEAR + newest.month - oldest.month + 1
    return [months_later(newest, -back) for back in range(count)]


def first_euro(rate_bp: int, part: Fraction) -> FirstEuro:
    """Return an example of a first payment; `part` is this council's fraction of it."""
    vat_cents = vat_on(EXAMPLE_NET_CENTS, FRENCH_VAT_BP)
    return FirstEuro(
        gross_cents=EXAMPLE_NET_CENTS + vat_cents,
        vat_cents=vat_cents,
        net_cents=EXAMPLE_NET_CENTS,
        share_cents=half_up(Fraction(EXAMPLE_NET_CENTS * rate_bp, BASIS) * part),
        rate_bp=rate_bp,
    )


def kind_of(kind: str, *, by_bank: bool) -> str:
    """Return the kind of a ledger line; an amount taken by a bank is no refund."""
    return LOST if by_bank else kind


def asks_factor(cents: int) -> bool:
    """Return whether a refusal sends so much money back that a second factor is asked for."""
    return cents > FACTOR_ABOVE_CENTS


def is_reported(today: dt.date) -> bool:
    """Return True on the days on which the last month is reported: the clock may miss a night."""
    return today.day <= REPORTED_UNTIL
