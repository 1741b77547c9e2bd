"""Mails to founders and administrators of spaces."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from saas.accounts.models import User
from saas.kernel import mail
from tenants.spaces import hosts
from tenants.spaces.models import (
    Change,
    EmailDomainClaim,
    Founding,
    SpaceOperation,
    SpaceStanding,
    Tenant,
)
from tenants.spaces.rules import email_domains
from tenants.spaces.rules import foundings as rules
from tenants.spaces.rules.addresses import shown
from tenants.spaces.wording import life as wording


def mail_link(founding: Founding) -> None:
    """Send the link that confirms an address, and takes the founding up again."""
    path = reverse(
        "founding:confirm",
        args=[rules.link_token(founding)],
        urlconf=settings.PUBLIC_SCHEMA_URLCONF,
    )
    mail.send(
        to=founding.email,
        template="founding_link",
        language=founding.language,
        context={
            "first_name": founding.first_name,
            "url": hosts.public_url(path),
            "minutes": int(rules.LINK_LASTS.total_seconds() // 60),
        },
    )


def mail_ready(founding: Founding) -> None:
    """Send the address of the space that was built."""
    mail.send(
        to=founding.email,
        template="founding_ready",
        language=founding.language,
        context={
            "first_name": founding.first_name,
            "name": founding.description["name"],
            "url": hosts.space_url(founding.slug),
        },
    )


def mail_operation(operation: SpaceOperation, person: User) -> None:
    """Mail an administrator that their space was closed, reopened or taken out, with the reason."""
    tenant = operation.tenant
    kinds = SpaceOperation.Kind
    leads_there = operation.kind in {kinds.REOPEN, kinds.CORRECT, kinds.ADMINS, kinds.GRANT}
    is_grant = operation.kind == kinds.GRANT
    path = reverse("spaces:access_grants", urlconf=settings.ROOT_URLCONF) if is_grant else "/"
    mail.send(
        to=person.email,
        template=f"space_{operation.kind}",
        language=person.language,
        context={
            "first_name": person.first_name,
            "name": tenant.name,
            "reason": operation.reason,
            "asked_by": operation.asked_by,
            "reference": operation.reference,
            "options": operation.options,
            "is_copy": operation.options.get("is_copy", False),
            "domains": operation.result.get("domains_left_out", []),
            "changes": wording.changes_of(operation, language=person.language),
            "url": hosts.space_url(tenant.slug, path) if leads_there else hosts.public_url(),
        },
    )


def mail_receipt(operation: SpaceOperation, *, email: str, first_name: str, language: str) -> None:
    """Mail the receipt of a deletion to a former administrator of the space."""
    result = operation.result
    mail.send(
        to=email,
        template="space_receipt",
        language=language,
        context={
            "first_name": first_name,
            "address": result["address"],
            "reference": operation.reference,
            "removed": wording.receipt_of(result["removed"]),
            "kept": [
                {**one, "until": one["until"] and dt.date.fromisoformat(one["until"])}
                for one in result["kept"]
            ],
            "backups_until": dt.date.fromisoformat(result["backups_until"]),
            "url": hosts.public_url(),
        },
    )


def mail_end(
    change: Change, person: User, *, obstacles: list[str], administers: bool = True
) -> None:
    """Mail a person with the right to cancel that a deletion is planned, or was cancelled."""
    tenant = change.tenant
    mail.send(
        to=person.email,
        template="space_end",
        language=person.language,
        context={
            "first_name": person.first_name,
            "space_name": tenant.name,
            "what": change.what,
            "is_off": change.what == Change.What.END_OFF,
            "day": change.after,
            "before": change.before,
            "by": email_domains.person_named(change.by),
            "obstacles": obstacles,
            "administers": administers,
            "url": hosts.space_url(
                tenant.slug, reverse("spaces:delete", urlconf=settings.ROOT_URLCONF)
            ),
        },
    )


def mail_standing(standing: SpaceStanding, person: User) -> None:
    """Mail an administrator that the space is proven, or the reason why not."""
    tenant = standing.tenant
    path = reverse("spaces:standing", urlconf=settings.ROOT_URLCONF)
    mail.send(
        to=person.email,
        template="space_standing",
        language=person.language,
        context={
            "first_name": person.first_name,
            "space_name": tenant.name,
            "proven": standing.state == SpaceStanding.State.PROVEN,
            "domain": standing.proven_domain,
            "note": standing.note,
            "url": hosts.space_url(tenant.slug, path),
        },
    )


def mail_domain_link(claim: EmailDomainClaim) -> None:
    """Mail the link that lets an address confirm its mail domain for a space."""
    token = email_domains.link_token(claim.nonce)
    path = reverse("members:mail_domain_confirm", args=[token], urlconf=settings.ROOT_URLCONF)
    mail.send(
        to=claim.email,
        template="mail_domain_link",
        language=claim.language,
        context={
            "name": claim.tenant.name,
            "company": claim.company.name if claim.company else "",
            "domain": shown(claim.domain),
            "asked_by": email_domains.person_named(claim.asked_by),
            "days": email_domains.LINK_LASTS.days,
            "url": hosts.space_url(claim.tenant.slug, path),
        },
    )


def mail_missing(tenant: Tenant, domain: str, person: User) -> None:
    """Warn an administrator that a name of the company's own will be lost in a few days."""
    _mail_about_domain(tenant, domain, person, template="domain_missing")


def mail_lost(tenant: Tenant, domain: str, person: User) -> None:
    """Mail an administrator that the space lost a domain of the company."""
    _mail_about_domain(tenant, domain, person, template="domain_lost")


def _mail_about_domain(tenant: Tenant, domain: str, person: User, *, template: str) -> None:
    mail.send(
        to=person.email,
        template=template,
        language=person.language,
        context={
            "first_name": person.first_name,
            "name": tenant.name,
            "domain": domain,
            "url": hosts.space_url(tenant.slug, "/admin/space/"),
        },
    )
