"""A council's statement as plain values: opening balance, each movement, closing balance.

Troovon's debt to a council grows with its earnings and falls with each transfer; an amount to give
back counts as negative. Each amount is split by budget on the cumulative amount of the same share
and direction, so that both columns add up to the cent.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.councils.rules import budgets
from billing.councils.rules.budgets import Budgets
from billing.papers.rules.papers import Party
from saas.kernel.errors import Refused

LONGEST = dt.timedelta(days=366 * 3)


class About(NamedTuple):
    """The share that a movement belongs to, in the words of its sale."""

    share_reference: str = ""
    merchant: str = ""
    headline: str = ""
    campaign_reference: str = ""
    rate_bp: int = 0
    terms_version: int = 0
    aep_bp: int = 0


class Flow(NamedTuple):
    """The change of a council's balance for a sale, made by a ledger event."""

    sale_id: int | None
    earns: bool
    cents: int
    at: dt.datetime
    kind: str
    stripe_id: str = ""


class Movement(NamedTuple):
    """A line of the statement."""

    at: dt.datetime
    kind: str
    words: str
    amount: Budgets
    balance: Budgets
    about: About
    stripe_id: str

    @property
    def cents(self) -> int:
        """The whole amount, with its sign."""
        return self.amount.cents


class Waiting(NamedTuple):
    """A sum that was not with the council at the end, and why."""

    about: About
    cents: int
    why: str


class StatementPage(NamedTuple):
    """A statement of a council over a range of days."""

    council_reference: str
    council: Party
    seller: Party
    first_day: dt.date
    last_day: dt.date
    opening: Budgets
    movements: tuple[Movement, ...]
    closing: Budgets
    waiting: tuple[Waiting, ...]
    is_fictional: bool

    @property
    def earned(self) -> Budgets:
        """Cents earned by sales, less the refunds."""
        return budgets.together(line.amount for line in self.movements if line.kind in EARNING)

    @property
    def sent(self) -> Budgets:
        """Cents transferred to the council's account, less the reversals."""
        return budgets.together(line.amount for line in self.movements if line.kind in SENDING)

    @property
    def others(self) -> Budgets:
        """Cents that were set off, given up, or added as tax."""
        known = EARNING | SENDING
        return budgets.together(line.amount for line in self.movements if line.kind not in known)


EARNING = frozenset({"shared", "claimed", "lost", "restored", "renounced"})
SENDING = frozenset({"transferred", "reversed", "tax_sent", "paid_by_hand", "stranded"})


def words_of(kind: str) -> str:
    """Name a movement."""
    return {
        "shared": _("Part gagnée"),
        "claimed": _("Part reprise après remboursement"),
        "lost": _("Part reprise après un litige perdu"),
        "restored": _("Part rendue après un litige gagné"),
        "transferred": _("Reversement"),
        "reversed": _("Reprise sur votre compte"),
        "netted": _("Compensation"),
        "written_off": _("Abandon de créance par Troovon"),
        "self_billed": _("TVA de votre facture"),
        "tax_sent": _("Versement de la TVA"),
        "paid_by_hand": _("Règlement sur pièce"),
        "stranded": _("Virement revenu, compte fermé"),
        "renounced": _("Part laissée au commerçant"),
    }.get(kind, _("Autre mouvement"))


def kind_of(kind: str, business_key: str) -> str:
    """Return the kind of a movement; a claim after a lost dispute is no refund."""
    return "lost" if kind == "claimed" and business_key.startswith("dispute:") else kind


def check_range(first_day: dt.date, last_day: dt.date) -> None:
    """Refuse a range that ends before it begins, or that no page could hold."""
    if last_day < first_day:
        raise Refused(_("La fin suit le début."), field="last_day")
    if last_day - first_day > LONGEST:
        raise Refused(_("Un relevé couvre trois ans au plus."), field="last_day")


def is_provisional(last_day: dt.date, made_on: dt.date) -> bool:
    """Return True if a statement was made before its last day was over: movements may follow."""
    return last_day >= made_on


class Book:
    """The due of each share so far, by budget, while movements come in their order."""

    def __init__(self) -> None:
        self._so_far: dict[tuple[int | None, bool], int] = {}
        self._whole: dict[int | None, int] = {}

    def add(self, flow: Flow, *, aep_bp: int) -> Budgets:
        """Count a movement, and take it apart."""
        key = flow.sale_id, flow.earns
        before = self._so_far.get(key, 0)
        self._so_far[key] = before + flow.cents
        self._whole[flow.sale_id] = self._whole.get(flow.sale_id, 0) + flow.cents
        return budgets.moved(before, flow.cents, aep_bp=aep_bp)

    def left(self) -> dict[int | None, int]:
        """Return the open balance of each share, positive or negative."""
        return {sale_id: cents for sale_id, cents in self._whole.items() if cents}


def lines_of(
    flows: Iterable[Flow],
    book: Book,
    opening: Budgets,
    *,
    about: dict[int | None, About],
) -> tuple[tuple[Movement, ...], Budgets]:
    """Return the movements of a range, each with the balance after it."""
    balance, lines = opening, []
    for flow in flows:
        subject = about.get(flow.sale_id, About())
        amount = book.add(flow, aep_bp=subject.aep_bp)
        balance = budgets.together([balance, amount])
        lines.append(
            Movement(
                at=flow.at,
                kind=flow.kind,
                words=words_of(flow.kind),
                amount=amount,
                balance=balance,
                about=subject,
                stripe_id=flow.stripe_id,
            )
        )
    return tuple(lines), balance
