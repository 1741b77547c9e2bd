"""The path of one share, from the merchant to the council and back."""

import datetime as dt
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import OwnEntry, OwnShare, Share
from saas.catalogue.placements.models import Slot
from saas.kernel.display.writing import eur, num, rate, shortdate
from tenants.community.council import rules
from tenants.community.council.queries.account import CouncilDesk, what_comes_first
from tenants.community.council.queries.ledger import LOST, kind_of
from tenants.community.council.wording.shares import what_follows

_TONES: dict[str, str] = {
    Share.State.TRANSFERRED: "ok",
    Share.State.NETTED: "ok",
    Share.State.FROZEN: "bad",
    Share.State.PARTLY_REVERSED: "",
    Share.State.REVERSED: "",
    Share.State.CANCELLED: "",
}


class Step(NamedTuple):
    """One step of the path, in the reader's words; `next` has not happened yet."""

    title: str
    amount: str
    note: str
    next: bool = False
    url: str = ""


class Trail(NamedTuple):
    """The path of a share: what was earned, how it stands now, and each step."""

    share: OwnShare
    cents: int
    net_cents: int
    state: str
    tone: str
    follows: str
    steps: list[Step]


def followed_share(shares: Iterable[OwnShare]) -> OwnShare | None:
    """Choose the share whose euro is followed on the front page: one that arrived, if any."""
    return max(
        shares,
        key=lambda one: (one.transferred_at is not None, one.transferred_at or one.collected_at),
        default=None,
    )


def lines_of_share(reference: str) -> list[OwnEntry]:
    """Return the lines of the ledger about a share, oldest first."""
    return list(OwnEntry.objects.filter(share_reference=reference))


def trail_of(
    share: OwnShare, entries: Sequence[OwnEntry], *, desk: CouncilDesk | None, at: dt.datetime
) -> Trail:
    """Return the path of a share, as far as it has gone, and what has to happen before the rest."""
    earned = sum(entry.cents for entry in entries if entry.kind == "shared")
    left = [entry.pk for entry in entries if entry.kind == "transferred"]
    before = [entry for entry in entries if not left or entry.pk < left[0]]
    after = [entry for entry in entries if left and entry.pk > left[0]]
    return Trail(
        share=share,
        cents=earned,
        net_cents=share.net_cents,
        state=share.get_state_display(),
        tone=_TONES.get(share.state, "warn"),
        follows=what_follows(
            share.state,
            release_at=share.release_at,
            first=what_comes_first(desk),
            balance_cents=sum(entry.cents for entry in entries),
        ),
        steps=[
            *_from_the_merchant(share, at),
            _terms(share, earned),
            _fee(share),
            *_backwards(before),
            *_to_the_council(share, desk, at),
            *_backwards(after),
        ],
    )


def _from_the_merchant(share: OwnShare, at: dt.datetime) -> list[Step]:
    days = (share.ends_on - share.starts_on).days + 1
    today = timezone.localdate(at)
    return [
        Step(
            _("%(merchant)s a payé") % {"merchant": share.merchant_name},
            eur(share.gross_cents),
            _("le %(day)s, pour cet espace") % {"day": shortdate(share.collected_at)},
        ),
        Step(
            _("Campagne «\u00a0%(headline)s\u00a0»") % {"headline": share.headline},
            _("%(amount)s HT") % {"amount": eur(share.net_cents)},
            _("TVA %(amount)s retirée") % {"amount": eur(share.vat_cents)},
        ),
        Step(
            ngettext("%(count)d jour d’affichage", "%(count)d jours d’affichage", days)
            % {"count": days},
            _slots(share),
            _("du %(first)s au %(last)s")
            % {"first": shortdate(share.starts_on), "last": shortdate(share.ends_on)},
            next=share.starts_on > today,
        ),
    ]


def _slots(share: OwnShare) -> str:
    names = {slot.value: str(slot.label) for slot in Slot}
    return " · ".join(names.get(slot, slot) for slot in share.slots.split(","))


def _terms(share: OwnShare, earned: int) -> Step:
    notes = [_("soit %(amount)s") % {"amount": eur(earned)}]
    if share.weight != share.weight_total:
        notes.insert(
            0,
            _("pour %(weight)s salariés sur %(total)s")
            % {"weight": num(share.weight), "total": num(share.weight_total)},
        )
    return Step(
        _("Conditions n°\u00a0%(version)d") % {"version": share.terms_version},
        _("%(rate)s du HT") % {"rate": rate(share.rate_bp)},
        ", ".join(notes) if share.terms_accepted else _("à accepter par la trésorerie"),
        next=not share.terms_accepted,
    )


def _fee(share: OwnShare) -> Step:
    amount = _("à venir") if share.fee_cents is None else eur(share.fee_cents)
    return Step(
        _("Frais de paiement"),
        amount,
        _("à la charge de Troovon"),
        next=share.fee_cents is None,
    )


def _backwards(entries: Iterable[OwnEntry]) -> list[Step]:
    """Return what was taken back, given again or set off, each with its day."""
    titles = {
        "claimed": _("Remboursé au commerçant"),
        LOST: _("Repris par la banque du commerçant"),
        "restored": _("Rendu après un litige gagné"),
        "netted": _("Compensé avec une autre part"),
        "reversed": _("Repris au CSE"),
        "written_off": _("Dette du CSE abandonnée"),
    }
    return [
        Step(
            titles[kind_of(entry)],
            eur(-entry.cents if entry.kind == "reversed" else entry.cents),
            _("le %(day)s") % {"day": shortdate(entry.occurred_at)},
        )
        for entry in entries
        if kind_of(entry) in titles
    ]


def _to_the_council(share: OwnShare, desk: CouncilDesk | None, at: dt.datetime) -> list[Step]:
    if share.state == Share.State.CANCELLED:
        return [Step(_("Rien à verser"), eur(0), _("tout a été remboursé au commerçant"))]
    released = share.released_at is not None
    hold = Step(
        _("Retenue"),
        eur(share.amount_cents) if not released else "",
        _("jusqu’au %(day)s") % {"day": shortdate(share.release_at)},
        next=not released and share.state == Share.State.HELD and share.release_at > at,
    )
    return [hold, _arrival(share, desk)]


def _arrival(share: OwnShare, desk: CouncilDesk | None) -> Step:
    if share.transferred_at is not None:
        return Step(
            _("Versé au CSE"),
            eur(share.transferred_cents),
            _("le %(day)s") % {"day": shortdate(share.transferred_at)},
        )
    if share.state == Share.State.NETTED:
        return Step(_("Compensé"), eur(share.netted_cents), _("avec ce que le CSE devait rendre"))
    first = what_comes_first(desk)
    held = _("à la fin de la retenue")
    if first:
        held = _("après la retenue, %(condition)s") % {"condition": first}
    waits: dict[str, str] = {
        Share.State.WAITING_ACCOUNT: first or _("attend l’accord et le compte du CSE"),
        Share.State.FROZEN: _("gelé\u00a0: le paiement est contesté"),
        Share.State.SENDING: _("en route"),
    }
    return Step(
        _("À verser au CSE"),
        eur(share.amount_cents - share.netted_cents),
        waits.get(share.state, held),
        next=True,
    )


def first_steps(rate_bp: int, part: Fraction) -> list[Step]:
    """Return what will happen with the first euro, by an example.

    `part` is what of a payment falls to this council, where the space has others.
    """
    euro = rules.first_euro(rate_bp, part)
    return [
        Step(
            _("Un commerçant paie"),
            eur(euro.gross_cents),
            _("par exemple, TVA comprise"),
            next=True,
        ),
        Step(
            _("La TVA est mise de côté"),
            eur(euro.vat_cents),
            _("reste %(amount)s HT") % {"amount": eur(euro.net_cents)},
            next=True,
        ),
        Step(
            _("Votre part est inscrite"),
            eur(euro.share_cents),
            _("%(rate)s du HT, le jour même") % {"rate": rate(rate_bp)}
            if part == 1
            else _("%(rate)s du HT, selon l’effectif, le jour même") % {"rate": rate(rate_bp)},
            next=True,
        ),
        Step(
            _("Elle est retenue"),
            "",
            _("le temps d’un remboursement éventuel"),
            next=True,
        ),
        Step(
            _("Elle arrive au CSE"),
            eur(euro.share_cents),
            _("sur son compte, sans rien demander"),
            next=True,
        ),
    ]
