"""Proof and removal of a space's mail domains.

The person's permission for a company is checked inside the space before the action here: a space
with its own login cannot do both at the same time.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed
from saas.kernel.secrets import tokens
from saas.kernel.tasks import after_commit
from saas.kernel.web import rate_limit
from tenants.spaces import hosts
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Company, EmailDomain, EmailDomainClaim, Tenant
from tenants.spaces.queries import email_domains as queries
from tenants.spaces.queries.foundings import hold_names
from tenants.spaces.rules import addresses
from tenants.spaces.rules import email_domains as rules
from tenants.spaces.tasks import email_domains as tasks


@transaction.atomic
def claim(
    *, email: str, company_id: int | None, language: str, by: SpaceActor, at: dt.datetime
) -> EmailDomainClaim:
    """Claim the domain of an address; a link mailed to the address proves it.

    Raises Refused for the field `email`.
    """
    tenant = _locked(by)
    _check_company(tenant, company_id)
    mailbox = rules.normal_mailbox(email, base=hosts.base_name())
    held = {row.domain: row.company_id for row in queries.proven_of(by.schema_name)}
    rules.check_is_free(
        mailbox.domain,
        company_id=company_id,
        held=held,
        elsewhere=queries.is_anothers(mailbox.domain, tenant.pk),
    )
    rules.check_is_no_twin(mailbox.domain, queries.known_domains())
    rules.check_room(queries.count_of(tenant, company_id))
    before = queries.claim_of(by.schema_name, mailbox.domain, lock=True)
    rules.check_is_not_pending(before)
    if before is not None:  # an earlier claim records the proof for the whole park
        before.delete()
    claim = EmailDomainClaim(
        tenant=tenant,
        company_id=company_id,
        domain=mailbox.domain,
        email=mailbox.email,
        asked_by=_named(by),
        asked_at=at,
    )
    _new_link(claim, language=language, at=at)
    claim.full_clean(exclude=["tenant", "company"])
    claim.save()
    _note(claim, Change.What.MAIL_ASKED, by=_named(by), at=at)
    after_commit(tasks.mail_domain_link, claim.pk)
    return claim


@transaction.atomic
def renew_link(
    *, domain: str, company_id: int | None, language: str, by: SpaceActor, at: dt.datetime
) -> EmailDomainClaim:
    """Mail a new link for a pending domain; the earlier link becomes invalid."""
    _locked(by)
    claim = queries.waiting_claim(by.schema_name, domain)
    _check_is_of(claim.company_id, company_id)
    _new_link(claim, language=language, at=at)
    claim.save(update_fields=["nonce", "token_hash", "expires_at", "language", "mailed_at"])
    after_commit(tasks.mail_domain_link, claim.pk)
    return claim


@transaction.atomic
def withdraw(*, domain: str, company_id: int | None, by: SpaceActor, at: dt.datetime) -> None:
    """Give up asking for a domain: its link no longer proves anything."""
    _locked(by)
    claim = queries.waiting_claim(by.schema_name, domain)
    _check_is_of(claim.company_id, company_id)
    claim.delete()
    _note(claim, Change.What.MAIL_DROPPED, by=_named(by), at=at)


@transaction.atomic
def prove(*, token: str, schema_name: str, at: dt.datetime) -> Change:
    """Prove a domain by its mailed link; its addresses can join the space from now on.

    The reader of the mailbox calls this, not a member of the space. If two spaces prove the same
    domain at the same time, the second is refused, because both take the lock on names.
    """
    hold_names()
    found = queries.claim_of_token(token, schema_name=schema_name, lock=True)
    claim = rules.check_provable(found, at=at)
    tenant = claim.tenant
    addresses.check_not_deleted(tenant)
    held = {row.domain: row.company_id for row in queries.proven_of(schema_name)}
    rules.check_is_free(
        claim.domain,
        company_id=claim.company_id,
        held=held,
        elsewhere=queries.is_anothers(claim.domain, tenant.pk),
    )
    claim.confirmed_at = at
    claim.save(update_fields=["confirmed_at"])
    EmailDomain.objects.filter(tenant=tenant, domain=claim.domain).delete()
    EmailDomain.objects.create(
        tenant=tenant, company_id=claim.company_id, domain=claim.domain, proven_at=at
    )
    return _note(claim, Change.What.MAIL_PROVEN, by=claim.email[:160], at=at)


@transaction.atomic
def remove(*, domain: str, company_id: int | None, by: SpaceActor, at: dt.datetime) -> Change:
    """Remove a domain from the space; the people that joined through it stay."""
    _locked(by)
    proven = queries.proven_domain(by.schema_name, domain)
    _check_is_of(proven.company_id, company_id)
    EmailDomain.objects.filter(pk=proven.pk).delete()
    EmailDomainClaim.objects.filter(tenant_id=proven.tenant_id, domain=domain).delete()
    return _note(proven, Change.What.MAIL_REMOVED, by=_named(by), at=at)


@transaction.atomic
def leave_to_newer(*, tenant: Tenant, by: str, at: dt.datetime) -> list[str]:
    """Remove a space's domains proven meanwhile by another company's open space; return them.

    Only the reopening of a space calls this. Its administrators are mailed.
    """
    hold_names()
    lost = queries.held_by_another(tenant)
    for row in lost:
        _note(row, Change.What.MAIL_REMOVED, by=by, at=at)
    names = [row.domain for row in lost]
    EmailDomain.objects.filter(tenant=tenant, domain__in=names).delete()
    EmailDomainClaim.objects.filter(tenant=tenant, domain__in=names).delete()
    return names


@transaction.atomic
def forget_lapsed(*, at: dt.datetime) -> int:
    """Delete unconfirmed claims a month after their links expired; return their number.

    Only the clock calls this.
    """
    return queries.lapsed_claims(at).delete()[0]


def _locked(by: SpaceActor) -> Tenant:
    """Hold the space that an administrator, of all of it or of a company, acts for."""
    if by.role != addresses.ADMINISTRATOR:
        raise NotAllowed(_("L’administration de l’espace peut faire cela, pas votre compte."))
    tenant = Tenant.objects.select_for_update().get(schema_name=by.schema_name)
    addresses.check_not_deleted(tenant)
    return tenant


def _check_company(tenant: Tenant, company_id: int | None) -> None:
    if company_id is None:
        return
    if not Company.objects.filter(pk=company_id, tenant=tenant).exists():
        raise NotAllowed(_("Cette entreprise n’est pas de votre espace."))


def _check_is_of(company_id: int | None, judged: int | None) -> None:
    """Raise NotAllowed if the domain moved to another company after the permission check."""
    if company_id != judged:
        raise NotAllowed(_("Ce domaine est celui d’une autre entreprise."))


def _new_link(claim: EmailDomainClaim, *, language: str, at: dt.datetime) -> None:
    for name, key, most in (
        ("mail_domain_space", str(claim.tenant_id), rules.LINKS_OF_A_SPACE),
        ("mail_domain_box", tokens.hashed(claim.email), rules.LINKS_OF_A_MAILBOX),
    ):
        rate_limit.check(
            name,
            key,
            most=most,
            per_seconds=rules.LINKS_COUNT_FOR_SECONDS,
            when_silent=rate_limit.Silent.REFUSE,
            field="email",
        )
    claim.nonce = uuid.uuid4()
    claim.token_hash = tokens.hashed(rules.link_token(claim.nonce))
    claim.language, claim.mailed_at = language, None
    claim.expires_at = at + rules.LINK_LASTS


def _note(row: EmailDomainClaim | EmailDomain, what: str, *, by: str, at: dt.datetime) -> Change:
    gone = what in {Change.What.MAIL_DROPPED, Change.What.MAIL_REMOVED}
    return Change.objects.create(
        tenant_id=row.tenant_id,
        company_id=row.company_id,
        what=what,
        before=row.domain if gone else "",
        after="" if gone else row.domain,
        by=by,
        at=at,
    )


def _named(by: SpaceActor) -> str:
    return f"{by.name} ({by.reference})"
