"""Mails about disputes and refunds."""

from django.conf import settings
from django.urls import reverse

from billing.councils.queries.restitutions import taken_by_dispute
from billing.models import (
    Dispute,
    Refund,
    Share,
)
from saas.catalogue.placements.models import Campaign
from saas.kernel import mail
from tenants.spaces import hosts


def mail_dispute(dispute_id: int) -> None:
    """Mail a merchant and the councils that a bank contests a payment, or its decision."""
    dispute = Dispute.objects.select_related(
        "payment__order__merchant__owner", "payment__order__campaign"
    ).get(pk=dispute_id)
    order = dispute.payment.order
    mail.send(
        to=order.merchant.billing_email,
        template="billing_dispute",
        language=order.merchant.owner.language,
        context={
            "state": dispute.state,
            "cents": dispute.amount_cents,
            "headline": order.campaign.headline,
            "stopped": order.campaign.state == Campaign.State.STOPPED,
            "url": hosts.public_url(order.get_absolute_url()),
        },
    )
    shares = Share.objects.filter(sale=dispute.sale_id).exclude(council__contact_email="")
    for share in shares.select_related("council__tenant"):
        _mail_council_about_dispute(share, dispute, merchant=order.merchant.name)


def _mail_council_about_dispute(share: Share, dispute: Dispute, *, merchant: str) -> None:
    council = share.council
    path = reverse("council:trail", urlconf=settings.ROOT_URLCONF, args=[share.reference])
    taken = taken_by_dispute(dispute, share)
    restored = share.restitutions.filter(dispute=dispute).first()
    mail.send(
        to=council.contact_email,
        template="billing_contested",
        language=council.tenant.language,
        context={
            "state": dispute.state,
            "council": council.name,
            "cents": share.amount_cents,
            "taken_cents": taken,
            "restored_cents": restored.amount_cents if restored else 0,
            "merchant": merchant,
            "url": hosts.space_url(council.tenant.slug, path),
        },
    )


def mail_refund(refund_id: int) -> None:
    """Mail a merchant that a refund did not arrive, or how it was paid after all."""
    refund = Refund.objects.select_related(
        "payment__order__merchant__owner", "payment__order__campaign"
    ).get(pk=refund_id)
    order = refund.payment.order
    mail.send(
        to=order.merchant.billing_email,
        template="billing_sent_back",
        language=order.merchant.owner.language,
        context={
            "cents": refund.amount_cents,
            "headline": order.campaign.headline,
            "paid": refund.paid_otherwise_at is not None,
            "paid_at": refund.paid_otherwise_at,
            "how": refund.paid_otherwise_how,
            "url": hosts.public_url(order.get_absolute_url()),
        },
    )
