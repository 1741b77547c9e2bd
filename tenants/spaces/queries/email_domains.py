"""Queries on proven and claimed mail domains of a space, and on their unsent mails."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from saas.kernel.secrets import tokens
from tenants.spaces.models import Change, EmailDomain, EmailDomainClaim, Tenant
from tenants.spaces.rules import email_domains as rules

MOST_UNMAILED = 200
_MAILED_CHANGES = (Change.What.MAIL_PROVEN, Change.What.MAIL_REMOVED)


def proven_of(schema_name: str) -> list[EmailDomain]:
    """Return the proven mail domains of a space, in their order."""
    rows = EmailDomain.objects.filter(tenant__schema_name=schema_name)
    return list(rows.order_by("domain"))


def waiting_of(schema_name: str) -> list[EmailDomainClaim]:
    """Return a space's unconfirmed claims."""
    claim = EmailDomainClaim.objects.filter(tenant__schema_name=schema_name)
    return list(claim.filter(confirmed_at=None))


def claim_of(schema_name: str, domain: str, *, lock: bool = False) -> EmailDomainClaim | None:
    """Return a space's claim of a mail domain, proven or not."""
    claim = EmailDomainClaim.objects.filter(tenant__schema_name=schema_name, domain=domain)
    return (claim.select_for_update() if lock else claim).first()


def waiting_claim(schema_name: str, domain: str) -> EmailDomainClaim:
    """Return a claim of a space that waits for its proof, or find nothing."""
    waiting = EmailDomainClaim.objects.filter(confirmed_at=None)
    return get_object_or_404(waiting, tenant__schema_name=schema_name, domain=domain)


def proven_domain(schema_name: str, domain: str) -> EmailDomain:
    """Return a proven mail domain of a space, or find nothing."""
    return get_object_or_404(EmailDomain, tenant__schema_name=schema_name, domain=domain)


def claim_of_token(token: str, *, schema_name: str, lock: bool = False) -> EmailDomainClaim | None:
    """Return the claim that a mailed link of a space belongs to, with its company."""
    claim = EmailDomainClaim.objects.filter(token_hash=tokens.hashed(token))
    claims = claim.filter(tenant__schema_name=schema_name).select_related("tenant", "company")
    return (claims.select_for_update(of=("self",)) if lock else claims).first()


def is_anothers(domain: str, tenant_id: int | None) -> bool:
    """Return True if another space, not deleted, has proven the mail domain."""
    proven = EmailDomain.objects.filter(domain=domain).exclude(tenant__state=Tenant.State.DELETED)
    return (proven if tenant_id is None else proven.exclude(tenant_id=tenant_id)).exists()


def proven_elsewhere(domains: Collection[str], *, schema_name: str) -> set[str]:
    """Return those of some mail domains that other spaces, not deleted, have proven."""
    proven = EmailDomain.objects.filter(domain__in=domains)
    others = proven.exclude(tenant__schema_name=schema_name)
    gone = others.exclude(tenant__state=Tenant.State.DELETED)
    return set(gone.values_list("domain", flat=True))


def held_by_another(tenant: Tenant) -> list[EmailDomain]:
    """Return a company's mail domains that another company's open space has; a park may share."""
    company = Tenant.Kind.COMPANY
    if tenant.kind != company:
        return []
    others = EmailDomain.objects.filter(
        domain=OuterRef("domain"), tenant__state=Tenant.State.ACTIVE, tenant__kind=company
    ).exclude(tenant=tenant)
    return list(EmailDomain.objects.filter(Exists(others), tenant=tenant).order_by("domain"))


def known_domains() -> set[str]:
    """Return every mail domain that a space has proven."""
    return set(EmailDomain.objects.values_list("domain", flat=True))


def count_of(tenant: Tenant, company_id: int | None) -> int:
    """Return how many mail domains a company of a space has proven or waits for."""
    own = {"tenant": tenant, "company_id": company_id}
    waiting = EmailDomainClaim.objects.filter(**own, confirmed_at=None)
    return EmailDomain.objects.filter(**own).count() + waiting.count()


def links_to_mail() -> QuerySet[EmailDomainClaim]:
    """Return the unconfirmed claims of open spaces, for the mail with their link."""
    waiting = EmailDomainClaim.objects.filter(confirmed_at=None)
    open_ones = waiting.filter(tenant__state=Tenant.State.ACTIVE)
    return open_ones.select_related("tenant", "company")


def unmailed_links(at: dt.datetime) -> list[int]:
    """Return claims with a valid link if the mail may have been lost."""
    waiting = links_to_mail().filter(mailed_at=None, expires_at__gt=at)
    late = waiting.filter(expires_at__lt=at + rules.LINK_LASTS - rules.MAILED_WITHIN)
    return list(late.values_list("pk", flat=True)[:MOST_UNMAILED])


def changes_to_mail(schema_name: str) -> QuerySet[Change]:
    """Return the changes of a space's mail domains, for mails to its administrators."""
    changes = Change.objects.filter(tenant__schema_name=schema_name, what__in=_MAILED_CHANGES)
    return changes.select_related("company")


def unmailed_changes(schema_name: str, at: dt.datetime) -> list[int]:
    """Return changes of a space's mail domains if their mails may have been lost."""
    late = changes_to_mail(schema_name).filter(mailed_at=None, at__lt=at - rules.MAILED_WITHIN)
    fresh = late.filter(at__gt=at - rules.STILL_WORTH_MAILING)
    return list(fresh.values_list("pk", flat=True)[:MOST_UNMAILED])


def lapsed_claims(at: dt.datetime) -> QuerySet[EmailDomainClaim]:
    """Return unconfirmed claims with a link expired long ago."""
    old = at - rules.RETENTION_AFTER_EXPIRY
    return EmailDomainClaim.objects.filter(confirmed_at=None, expires_at__lt=old)
