"""Mails of this room."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from billing import queries
from billing.models import (
    Council,
    CouncilNotice,
    Dispute,
    Invoice,
    Payment,
    Refund,
    Share,
    Subscription,
    TaxPayment,
    Transfer,
)
from billing.rules import notices, reasons
from saas.catalogue.merchants.models import Merchant
from saas.catalogue.placements import queries as placements
from saas.catalogue.placements.models import Campaign
from saas.kernel import hooks, mail, schema
from saas.kernel.hooks import Addressee
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

PDF = "application/pdf"


def tell_of_invoice(invoice_id: int, *, pdf: bytes | None) -> None:
    """Tell a merchant that they paid, or are refunded; the paper is in the letter too."""
    invoice = Invoice.objects.select_related(
        "order__merchant__owner", "order__campaign", "sale__payment"
    ).get(pk=invoice_id)
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
            "contested": invoice.dispute_id is not None,
            "by_debit": invoice.sale.payment.method == "sepa_debit",
            "moved": queries.was_moved(invoice.order),
            "left_out": placements.left_out_of(placements.for_billing(invoice.order.campaign_id)),
            "url": hosts.public_url(invoice.get_absolute_url()),
        },
        attachments=[mail.Attachment(f"{invoice.number}.pdf", pdf, PDF)] if pdf else [],
    )


def tell_of_debit(payment_id: int) -> None:
    """Tell a merchant what is about to be debited and when, or that their bank refused it."""
    payment = Payment.objects.select_related(
        "order__merchant__owner", "order__campaign", "order__subscription"
    ).get(pk=payment_id)
    order = payment.order
    mail.send(
        to=order.merchant.billing_email,
        template="billing_debit",
        language=order.merchant.owner.language,
        context={
            "refused": payment.state == Payment.State.FAILED,
            "cents": payment.amount_cents,
            "why": _why(payment.decline_code, order.merchant),
            "headline": order.campaign.headline,
            "debited_on": payment.debited_on,
            "monthly": order.subscription is not None,
            "seller": queries.seller()["name"],
            "reference": order.reference,
            "url": hosts.public_url(order.get_absolute_url()),
        },
    )


def _why(code: str, merchant: Merchant) -> str:
    with translation.override(merchant.owner.language):
        return reasons.in_words(code, reasons.PAYMENTS)


def tell_of_months(subscription_id: int) -> None:
    """Tell a merchant that a month was refused, that no other comes, or that it is over."""
    subscription = Subscription.objects.select_related("merchant__owner", "campaign").get(
        pk=subscription_id
    )
    behind = subscription.state == Subscription.State.PAST_DUE
    path = "billing:payment_methods" if behind else "billing:subscription"
    args = [] if behind else [subscription.reference]
    address = reverse(path, urlconf=settings.PUBLIC_SCHEMA_URLCONF, args=args)
    mail.send(
        to=subscription.merchant.billing_email,
        template="billing_months",
        language=subscription.merchant.owner.language,
        context={
            "state": subscription.state,
            "cents": subscription.gross_cents,
            "why": _why(subscription.decline_code, subscription.merchant),
            "headline": subscription.campaign.headline,
            "paid_until": subscription.paid_until,
            "next_try_at": subscription.next_try_at,
            "url": hosts.public_url(address),
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
            "reference": transfer.share.reference,
            "url": hosts.space_url(council.tenant.slug, path),
        },
    )


def tell_of_tax(tax_id: int) -> None:
    """Tell a council that the VAT of an invoice in its name is on its account."""
    tax = TaxPayment.objects.select_related("statement__council__tenant").get(pk=tax_id)
    bill = tax.statement
    council = bill.council
    if not council.contact_email:
        return
    args = [council.reference, bill.reference]
    path = reverse("council:statement", urlconf=settings.ROOT_URLCONF, args=args)
    mail.send(
        to=council.contact_email,
        template="billing_tax_sent",
        language=council.tenant.language,
        context={
            "council": council.name,
            "cents": tax.left_cents,
            "netted_cents": tax.netted_cents,
            "number": bill.number,
            "url": hosts.space_url(council.tenant.slug, path),
        },
    )


def tell_of_dispute(dispute_id: int) -> None:
    """Tell a merchant and the councils that a bank contests a payment, or what it decided."""
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
        _tell_council_of_dispute(share, dispute, merchant=order.merchant.name)


def _tell_council_of_dispute(share: Share, dispute: Dispute, *, merchant: str) -> None:
    council = share.council
    path = reverse("council:trail", urlconf=settings.ROOT_URLCONF, args=[share.reference])
    taken = queries.taken_by_dispute(dispute, share)
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


def tell_of_refund(refund_id: int) -> None:
    """Tell a merchant that a refund did not arrive, or how it was paid after all."""
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


def tell_of_notice(notice_id: int) -> None:
    """Tell everybody who keeps a council's money what happened to its account or its terms."""
    notice = CouncilNotice.objects.select_related("council__tenant").get(pk=notice_id)
    council = notice.council
    tenant = council.tenant
    for person in _people_of(council):
        with translation.override(person.language), timezone.override(tenant.time_zone):
            letter = notices.letter_of(notice.kind, notice.facts, council=council.name)
            path = reverse(f"council:{letter.page}", urlconf=settings.ROOT_URLCONF)
            mail.send(
                to=person.email,
                template="council_notice",
                language=person.language,
                context={"letter": letter, "url": hosts.space_url(tenant.slug, path)},
            )


def _people_of(council: Council) -> list[Addressee]:
    """Return the treasurers and elected members of a council, and the address it gave."""
    tenant = council.tenant
    people: dict[str, Addressee] = {}
    if tenant.state == Tenant.State.ACTIVE:
        with schema.inside(tenant.schema_name):
            for found in hooks.money_keepers.ask(council.company_id):
                people |= {person.email.lower(): person for person in found}
    address = council.contact_email
    if address:
        people.setdefault(address.lower(), Addressee(address, "", tenant.language))
    return list(people.values())
