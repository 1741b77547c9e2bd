"""Refusals in sentences, and the time that a share waits."""

import datetime as dt
import zoneinfo

from django.utils.translation import gettext as _

from saas.kernel.display.writing import eur
from saas.kernel.errors import Refused
from saas.kernel.money import BASIS, MOST_CENTS, Cents

EURO = "eur"
LEAST_CHECKOUT_CENTS = 50
SECOND_PERSON_ABOVE_CENTS = 50_000
SESSION_LASTS = dt.timedelta(hours=23)
SESSION_REUSED_FOR = dt.timedelta(minutes=30)
ORDER_LASTS = dt.timedelta(days=7)
SEPA_HOLD_DAYS = 56
LONGEST_NAME = 200


def check_cents(value: object) -> Cents:
    """Return an amount that is whole cents, more than nothing, and not absurd."""
    if type(value) is not int or not 0 < value <= MOST_CENTS:
        raise Refused(_("Le montant doit être un nombre entier de centimes, plus grand que zéro."))
    return Cents(value)


def check_price(net_cents: object, gross_cents: object) -> None:
    """Refuse an order that is too small for a card."""
    check_cents(net_cents)
    if check_cents(gross_cents) < LEAST_CHECKOUT_CENTS:
        raise Refused(_("Une commande coûte au moins 0,50\u00a0€."))


def check_may_pay(state: str) -> None:
    """Refuse to open a payment for what is paid, or being paid."""
    if state in {"paid", "partly_refunded", "refunded"}:
        raise Refused(_("Cette campagne est déjà payée."))
    if state == "processing":
        raise Refused(_("Votre banque traite déjà ce paiement. Attendez sa réponse."))


def check_refund(amount_cents: object, *, refundable_cents: int) -> None:
    """Refuse to give back more than is left."""
    if refundable_cents == 0:
        raise Refused(_("Tout est déjà remboursé, ou en train de l’être."), field="amount_cents")
    amount = check_cents(amount_cents)
    if amount > refundable_cents:
        raise Refused(
            _("Il reste %(left)s à rembourser au plus.") % {"left": eur(refundable_cents)},
            field="amount_cents",
        )


def check_seen(seen_cents: int, *, cents: int) -> None:
    """Refuse to move another amount than the one that a person read before they said yes."""
    if seen_cents != cents:
        raise Refused(
            _(
                "Rien n’est fait\u00a0: le montant a changé depuis que la page s’est ouverte."
                " Il est maintenant de %(amount)s."
            )
            % {"amount": eur(cents)}
        )


def needs_second_person(amount_cents: int, *, unseconded_cents: int) -> bool:
    """Say whether somebody else approves a refund, after those of its order that nobody else did.

    The limit holds for their sum: five times 499 € are not small.
    """
    return unseconded_cents + amount_cents > SECOND_PERSON_ABOVE_CENTS


def check_may_approve(*, requested_by_id: int | None, approver_id: int) -> None:
    """Refuse that somebody approves what they asked for."""
    if requested_by_id == approver_id:
        raise Refused(_("Au-dessus de 500\u00a0€, une autre personne approuve le remboursement."))


def check_reason(text: str, *, field: str) -> None:
    """Refuse what nobody will understand later, because it does not say why."""
    if not text.strip():
        raise Refused(_("Dites pourquoi\u00a0: le motif reste dans l’historique."), field=field)


def check_rate(rate_bp: object) -> None:
    """Refuse a rate that is no part of a whole."""
    if type(rate_bp) is not int or not 0 <= rate_bp <= BASIS:
        raise Refused(_("Le taux va de 0 à 100\u00a0%."), field="rate_bp")


def check_valid_from(valid_from: dt.datetime, *, at: dt.datetime) -> None:
    """Refuse terms that would change what is already sold."""
    if valid_from < at:
        raise Refused(
            _("De nouvelles conditions commencent au plus tôt maintenant."), field="valid_from"
        )


def release_at(
    *, collected_at: dt.datetime, method: str, hold_days: int, last_day: dt.date, zone: str
) -> dt.datetime:
    """Return when a share may leave: the hold is over, and its flights have run."""
    days = max(hold_days, SEPA_HOLD_DAYS) if method == "sepa_debit" else hold_days
    flown = dt.datetime.combine(
        last_day + dt.timedelta(days=1), dt.time.min, tzinfo=zoneinfo.ZoneInfo(zone)
    )
    return max(collected_at + dt.timedelta(days=days), flown.astimezone(dt.UTC))


def is_stale(placed_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Say whether nobody has paid an order for a week."""
    return placed_at + ORDER_LASTS <= at


def cut(text: str) -> str:
    """Shorten a name before it is sent to Stripe."""
    return text[:LONGEST_NAME]


def misfit(
    *,
    currency: str,
    livemode: tuple[bool, bool],
    amount_cents: tuple[int, int] = (0, 0),
    order_uuid: tuple[str, str] = ("", ""),
) -> str:
    """Say what of a payment does not fit its order, or nothing; each pair is (said, ours)."""
    if currency != EURO:
        return f"currency {currency}"
    if livemode[0] != livemode[1]:
        return f"livemode {livemode[0]}"
    if order_uuid[0] != order_uuid[1]:
        return f"order {order_uuid[0]}"
    if amount_cents[0] != amount_cents[1]:
        return f"amount {amount_cents[0]}, not {amount_cents[1]}"
    return ""
