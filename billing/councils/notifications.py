"""Mails to councils."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from billing.models import (
    Council,
    CouncilNotice,
    TaxPayment,
    Transfer,
)
from billing.wording import council_notices
from saas.kernel import hooks, mail, schema
from saas.kernel.hooks import Addressee
from tenants.spaces import hosts
from tenants.spaces.models import Tenant

MOST_LISTED = 40


def mail_transfers(transfers: list[Transfer]) -> None:
    """Mail a council the shares that reached its account; all transfers belong to that council.

    The transfers must be loaded with their shares, councils and merchants.
    """
    council = transfers[0].share.council
    if not council.contact_email:
        return
    one = transfers[0].share.reference if len(transfers) == 1 else ""
    page, args = ("council:trail", [one]) if one else ("council:ledger", [])
    path = reverse(page, urlconf=settings.ROOT_URLCONF, args=args)
    mail.send(
        to=council.contact_email,
        template="billing_transferred",
        language=council.tenant.language,
        context={
            "council": council.name,
            "cents": sum(transfer.amount_cents for transfer in transfers),
            "transfers": transfers[:MOST_LISTED],
            "count": len(transfers),
            "more": max(0, len(transfers) - MOST_LISTED),
            "url": hosts.space_url(council.tenant.slug, path),
        },
    )


def mail_tax_payment(tax_id: int) -> None:
    """Mail a council that the VAT of an invoice in its name has reached its account."""
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


def mail_council_notice(notice_id: int) -> None:
    """Mail all treasurers of a council a change of its account or its terms."""
    notice = CouncilNotice.objects.select_related("council__tenant").get(pk=notice_id)
    council = notice.council
    tenant = council.tenant
    for person in _people_of(council):
        with translation.override(person.language), timezone.override(tenant.time_zone):
            text = council_notices.notice_text(notice.kind, notice.facts, council=council.name)
            path = reverse(f"council:{text.page}", urlconf=settings.ROOT_URLCONF)
            mail.send(
                to=person.email,
                template="council_notice",
                language=person.language,
                context={"text": text, "url": hosts.space_url(tenant.slug, path)},
            )


def _people_of(council: Council) -> list[Addressee]:
    """Return the treasurers and elected members of a council, and the address it gave."""
    tenant = council.tenant
    people: dict[str, Addressee] = {}
    if tenant.state == Tenant.State.ACTIVE:
        with schema.inside(tenant.schema_name):
            keepers = hooks.money_keepers.collect(council.company_id)
            people = {person.email.lower(): person for person in keepers}
    address = council.contact_email
    if address:
        people.setdefault(address.lower(), Addressee(address, "", tenant.language))
    return list(people.values())
