"""Changes to a space itself by administrators and operators, and to its addresses."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.tasks import after_commit
from saas.kernel.web import rate_limit
from tenants.spaces import hosts
from tenants.spaces.actions.reviews import review_names
from tenants.spaces.actors import SpaceActor
from tenants.spaces.models import Change, Domain, DomainClaim, Tenant
from tenants.spaces.queries import addresses as queries
from tenants.spaces.queries.foundings import hold_names
from tenants.spaces.rules import addresses as rules
from tenants.spaces.rules import names, slugs
from tenants.spaces.rules.foundings import check_accent
from tenants.spaces.tasks import addresses as tasks
from tenants.spaces.wording import addresses as wording

type Keeper = SpaceActor | User


@transaction.atomic
def present(*, schema_name: str, name: str, accent: str, by: Keeper, at: dt.datetime) -> Tenant:
    """Change how a space is called and which colour it wears."""
    tenant = hold_space(schema_name, by)
    check_accent(accent)
    if name != tenant.name:
        names.check_name(name, field="name")
    before = {Change.What.NAME: tenant.name, Change.What.ACCENT: tenant.accent}
    tenant.name, tenant.accent = name, accent
    tenant.full_clean(validate_unique=False)
    tenant.save(update_fields=["name", "accent"])  # type: ignore[no-untyped-call]
    for what, old in before.items():
        new = name if what == Change.What.NAME else accent
        if new != old:
            log_change(tenant, what, before=old, after=new, by=by, at=at)
    if name != before[Change.What.NAME]:
        review_names(tenant=tenant, at=at)
    hosts.forget()
    return tenant


@transaction.atomic
def rename(*, schema_name: str, slug: str, by: Keeper, at: dt.datetime) -> Tenant:
    """Move a space to another subdomain; the former subdomain redirects, and stays reserved."""
    tenant = hold_space(schema_name, by)
    hold_names()
    wanted = slugs.normal_slug(slug)
    moves = queries.moves_since(tenant, at - rules.MOVES_COUNT_FOR)
    rules.check_moves(tenant, wanted, moves=moves)
    taken = queries.names_of_others(tenant)
    slugs.check_slug(wanted, taken=taken, paths=hosts.path_words())
    before = tenant.slug
    try:
        with transaction.atomic():
            _move(tenant, wanted, at)
    except IntegrityError as error:
        raise Refused(_("Cette adresse vient d’être prise."), field="slug") from error
    log_change(tenant, Change.What.ADDRESS, before=before, after=wanted, by=by, at=at)
    hosts.forget()
    return tenant


@transaction.atomic
def claim(*, schema_name: str, domain: str, by: Keeper, at: dt.datetime) -> DomainClaim:
    """Claim a domain for a space; the space answers there after DNS confirms the claim."""
    tenant = hold_space(schema_name, by)
    plain = rules.normal_domain(domain, base=hosts.base_name())
    listed = [entry.row.domain for entry in queries.claims_of(tenant)]
    rules.check_claims(listed, plain)
    if queries.is_anothers(plain, tenant):
        raise Refused(wording.why_unproven(rules.TAKEN), field="domain")
    claim = DomainClaim(tenant=tenant, domain=plain, asked_by=named(by), asked_at=at)
    claim.full_clean(exclude=["tenant"])
    claim.save()
    log_change(tenant, Change.What.CLAIMED, after=plain, by=by, at=at)
    after_commit(tasks.check_claim, claim.pk)
    return claim


@transaction.atomic
def check_again(*, schema_name: str, domain: str, by: Keeper, at: dt.datetime) -> DomainClaim:  # noqa: ARG001 - each action says when
    """Have DNS asked now, not only when the clock comes to it."""
    hold_space(schema_name, by)
    claim = queries.claim_of(schema_name, domain)
    rate_limit.check(
        "domain_check",
        str(claim.pk),
        most=rules.CHECKS_A_MINUTE,
        per_seconds=60,
        when_silent=rate_limit.Silent.LET_PASS,
    )
    after_commit(tasks.check_claim, claim.pk)
    return claim


@transaction.atomic
def withdraw(*, schema_name: str, domain: str, by: Keeper, at: dt.datetime) -> None:
    """Give a name up: the space no longer answers there."""
    tenant = hold_space(schema_name, by)
    queries.claim_of(schema_name, domain).delete()
    Domain.objects.filter(tenant=tenant, domain=domain, kind=Domain.Kind.CUSTOM).delete()
    log_change(tenant, Change.What.WITHDRAWN, before=domain, by=by, at=at)
    hosts.forget()


@transaction.atomic
def queue_checks(*, at: dt.datetime) -> int:
    """Queue the DNS checks of due claims, for the scheduler; return their number."""
    due = queries.due_claims(at)
    for claim_id in due:
        after_commit(tasks.check_claim, claim_id)
    return len(due)


def hold_space(schema_name: str, by: Keeper) -> Tenant:
    """Lock a space that the user may change: an operator any, an administrator their own."""
    if isinstance(by, SpaceActor) and (by.schema_name, by.role) != (
        schema_name,
        rules.ADMINISTRATOR,
    ):
        raise NotAllowed(_("L’administration de l’espace peut faire cela, pas votre compte."))
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    rules.check_not_deleted(tenant)
    return tenant


def hold_to_keep(schema_name: str, by: SpaceActor) -> Tenant:
    """Lock a space for an administrator or council member cancelling its deletion."""
    if by.schema_name != schema_name or by.role not in {rules.ADMINISTRATOR, *rules.COUNCIL}:
        raise NotAllowed(_("L’administration ou le CSE peut faire cela, pas votre compte."))
    tenant = Tenant.objects.select_for_update().get(schema_name=schema_name)
    rules.check_not_deleted(tenant)
    return tenant


def _move(tenant: Tenant, slug: str, at: dt.datetime) -> None:
    left = Domain.objects.filter(tenant=tenant, kind=Domain.Kind.SUBDOMAIN)
    left.update(kind=Domain.Kind.FORMER, is_primary=False, since=at)
    tenant.slug = slug
    tenant.save(update_fields=["slug"])  # type: ignore[no-untyped-call]
    # A space may go back to where it was: then the host is there, and is taken up again.
    own = Domain.objects.filter(tenant=tenant, domain=hosts.subdomain(slug)).first()
    host = own or Domain(tenant=tenant, domain=hosts.subdomain(slug))
    host.tenant = tenant
    host.kind, host.is_primary, host.since = Domain.Kind.SUBDOMAIN, True, at
    # The web's role may not change the tenant of a host, only its use.
    changed = ["kind", "is_primary", "since"] if own else None
    host.save(update_fields=changed)  # type: ignore[no-untyped-call]


def log_change(
    tenant: Tenant, what: str, *, by: Keeper, at: dt.datetime, before: str = "", after: str = ""
) -> None:
    """Record a change to a space in its log."""
    Change.objects.create(tenant=tenant, what=what, before=before, after=after, by=named(by), at=at)


def named(by: Keeper) -> str:
    """Return the name of the acting person for the log."""
    if isinstance(by, SpaceActor):
        return f"{by.name} ({by.reference})"
    return f"Troovon ({by.display_name})"
