"""Texts on the path of a share: each step with its amount and its day."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import OwnEntry, OwnShare, Share
from saas.catalogue.placements.models import slots
from saas.kernel.display.writing import eur, num, rate, shortdate
from tenants.community.council import rules


class Step(NamedTuple):
    """A step of the path, as text; `next` has not happened yet."""

    title: str
    amount: str
    note: str
    next: bool = False
    url: str = ""


def from_the_merchant(share: OwnShare, at: dt.datetime) -> list[Step]:
    """Return the steps on the payment, its campaign, and the campaign's days and place."""
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
    names = {slot: str(name) for slot, name in slots.choices()}
    return " · ".join(names.get(slot, slot) for slot in share.slots.split(","))


def terms(share: OwnShare, earned: int) -> Step:
    """Return the step on the share earned, with its terms."""
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


def fee(share: OwnShare) -> Step:
    """Return the step on the cost of the payment, with its bearer."""
    amount = _("à venir") if share.fee_cents is None else eur(share.fee_cents)
    return Step(
        _("Frais de paiement"),
        amount,
        _("à la charge de Troovon"),
        next=share.fee_cents is None,
    )


def backwards(entries: Iterable[OwnEntry]) -> list[Step]:
    """Return the steps on amounts taken back, restored or set off, each with its day."""
    titles = {
        "claimed": _("Remboursé au commerçant"),
        rules.LOST: _("Repris par la banque du commerçant"),
        "restored": _("Rendu après un litige gagné"),
        "netted": _("Compensé avec une autre part"),
        "reversed": _("Repris au CSE"),
        "written_off": _("Dette du CSE abandonnée"),
    }
    return [
        Step(
            titles[rules.kind_of(entry.kind, by_bank=entry.by_bank)],
            eur(-entry.cents if entry.kind == "reversed" else entry.cents),
            _("le %(day)s") % {"day": shortdate(entry.occurred_at)},
        )
        for entry in entries
        if rules.kind_of(entry.kind, by_bank=entry.by_bank) in titles
    ]


def to_the_council(share: OwnShare, *, first: str, at: dt.datetime) -> list[Step]:
    """Return the progress of a share; `first` is the condition before its transfer, if any."""
    if share.state == Share.State.CANCELLED:
        return [Step(_("Rien à verser"), eur(0), _("tout a été remboursé au commerçant"))]
    released = share.released_at is not None
    hold = Step(
        _("Retenue"),
        eur(share.amount_cents) if not released else "",
        _("jusqu’au %(day)s") % {"day": shortdate(share.release_at)},
        next=not released and share.state == Share.State.HELD and share.release_at > at,
    )
    return [hold, _arrival(share, first)]


def _arrival(share: OwnShare, first: str) -> Step:
    if share.transferred_at is not None:
        return Step(
            _("Versé au CSE"),
            eur(share.transferred_cents),
            _("le %(day)s") % {"day": shortdate(share.transferred_at)},
        )
    if share.state == Share.State.NETTED:
        return Step(
            _("Réglé"), eur(share.netted_cents), _("compensé avec une dette du CSE, ou sur pièce")
        )
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
    """Return the steps of a first payment, by an example.

    `part` is the fraction for this council if the space has several councils.
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
