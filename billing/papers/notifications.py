"""Mails with an invoice or a credit note."""

from django.utils import timezone

from billing.models import Invoice
from billing.papers.queries.invoices import was_moved
from saas.catalogue.placements.models import Campaign
from saas.catalogue.placements.queries import campaigns, prices
from saas.kernel import mail
from tenants.spaces import hosts

PDF = "application/pdf"


def mail_invoice(invoice_id: int, *, pdf: bytes | None) -> None:
    """Mail a merchant a payment or a refund, with the paper attached."""
    invoice = Invoice.objects.select_related(
        "order__merchant__owner", "order__campaign", "sale__payment"
    ).get(pk=invoice_id)
    refunded = invoice.kind == Invoice.Kind.CREDIT_NOTE
    merchant = invoice.order.merchant
    campaign = prices.for_billing(invoice.order.campaign_id)
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
            "withdrawn": invoice.order.campaign.withdrawn_at is not None,
            "sold_out": invoice.order.campaign.sold_out_at is not None,
            "stopped": invoice.order.campaign.state == Campaign.State.STOPPED,
            "contested": invoice.dispute_id is not None,
            "by_debit": invoice.sale.payment.method == "sepa_debit",
            "moved": was_moved(invoice.order),
            "left_out": campaigns.dropped_spaces(campaign),
            "shut": campaigns.shut_spaces(campaign, timezone.localdate()),
            "url": hosts.public_url(invoice.get_absolute_url()),
        },
        attachments=[mail.Attachment(f"{invoice.number}.pdf", pdf, PDF)] if pdf else [],
    )
