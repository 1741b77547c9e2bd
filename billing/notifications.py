"""What this room tells people."""

from django.conf import settings
from django.urls import reverse

from billing.models import Invoice, Transfer
from saas.catalogue.placements.models import Campaign
from saas.kernel import mail
from tenants.spaces import hosts


def tell_of_invoice(invoice_id: int) -> None:
    """Tell a merchant that they paid, or are refunded, and where the paper is."""
    invoice = Invoice.objects.select_related("order__merchant__owner", "order__campaign").get(
        pk=invoice_id
    )
    refunded = invoice.kind == Invoice.Kind.CREDIT_NOTE
    merchant = invoice.order.merchant
    mail.send(
        to=merchant.billing_email,
        template="billing_refunded" if refunded else "billing_paid",
        language=merchant.owner.language,
        context={
            "number": invoice.number,
            "gross_cents": invoice.gross_cents,
            "headline": invoice.order.campaign.headline,
            "starts_on": invoice.served_from,
            "ends_on": invoice.served_until,
            "stopped": invoice.order.campaign.state == Campaign.State.STOPPED,
            "url": hosts.public_url(invoice.get_absolute_url()),
        },
    )


def tell_of_transfer(transfer_id: int) -> None:
    """Tell a council that its share of a sale is on its account."""
    transfer = Transfer.objects.select_related(
        "share__council__tenant", "share__sale__merchant"
    ).get(pk=transfer_id)
    council = transfer.share.council
    if not council.contact_email:
        return
    path = reverse("council:trail", urlconf=settings.ROOT_URLCONF, args=[transfer.share.reference])
    mail.send(
        to=council.contact_email,
        template="billing_transferred",
        language=council.tenant.language,
        context={
            "council": council.name,
            "cents": transfer.amount_cents,
            "merchant": transfer.share.sale.merchant.name,
            "stripe_id": transfer.stripe_id,
            "url": hosts.space_url(council.tenant.slug, path),
        },
    )
