"""A merchant stops a single slot of a campaign; the others go on."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from billing.adjustments.queries.parts import parts_to_stop
from billing.adjustments.settlement import departures
from billing.models import Order, Refund, Sale
from saas.accounts.models import User
from saas.catalogue.merchants.queries.team import runs
from saas.kernel.display.writing import eur
from saas.kernel.errors import NotAllowed, Refused


@transaction.atomic
def stop_part(
    *, order: Order, flight_reference: str, seen_cents: int, by: User, at: dt.datetime
) -> Refund:
    """Stop a campaign in a single slot and refund its undelivered days there.

    `seen_cents` is the amount shown. Above 500 € for an order an operator approves the refund.
    """
    if not runs(order.merchant_id, by):
        raise NotAllowed(_("Cette commande est à un autre commerçant."))
    sale = Sale.objects.select_for_update(of=("self",), no_key=True).select_related(
        "payment", "order"
    )
    own = sale.get(order=order)
    parts = {part.flight.reference: part for part in parts_to_stop(order, at=at)}
    part = parts.get(flight_reference)
    if part is None:
        raise Refused(_("Cet emplacement ne s’arrête pas seul\u00a0: rechargez la page."))
    if part.gross_cents != seen_cents:
        raise Refused(
            _("Le montant a changé depuis que la page s’est ouverte\u00a0: %(amount)s.")
            % {"amount": eur(part.gross_cents)}
        )
    refund = departures.stop_slot(own, part.flight, at=at)
    if refund is None:
        raise Refused(_("Tout a été diffusé, ou rien ne reste à rembourser."))
    return refund
