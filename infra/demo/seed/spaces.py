"""The demo's spaces are founded as HR founds them: mail, answers, the founder's worker."""

import datetime as dt
from functools import partial
from typing import Any

from infra.demo.seed import waiting
from infra.demo.seed.world import (
    NEWCOMERS,
    PASSWORD,
    SPACES,
    WAITING_DOMAIN,
    Space,
    domain_of,
)
from saas.kernel import schema
from tenants.spaces import hosts
from tenants.spaces.actions import email_domains
from tenants.spaces.actions import foundings as actions
from tenants.spaces.models import EmailDomain, EmailDomainClaim, Founding, Tenant
from tenants.spaces.provisioning import OWNER

NETWORK = "127.0.0.1"


OPENED_DAYS_AGO = 400


def found_all(at: dt.datetime) -> list[Tenant]:
    """Create all spaces, wait until they are built; return those founded long ago."""
    long_ago = at - dt.timedelta(days=OPENED_DAYS_AGO)
    yesterday = at - dt.timedelta(days=1)
    with schema.in_public():
        foundings = [_ask_for(space, long_ago) for space in SPACES]
        foundings += [_ask_for(space, yesterday) for space in NEWCOMERS]
        tenants = [waiting.until(f"space {f.slug}", partial(_built, f)) for f in foundings]
        _prove_domains(long_ago)
    old = [tenant.pk for tenant in tenants[: len(SPACES)]]
    EmailDomain.objects.using(OWNER).filter(tenant__in=old).update(proven_at=long_ago)
    Tenant.objects.using(OWNER).update(created_at=yesterday)
    Tenant.objects.using(OWNER).filter(pk__in=old).update(created_at=long_ago)
    hosts.forget()
    return tenants[: len(SPACES)]


def _prove_domains(at: dt.datetime) -> None:
    """Follow the links mailed to the park's companies, except for a domain that stays pending."""
    for claim in EmailDomainClaim.objects.select_related("tenant").exclude(domain=WAITING_DOMAIN):
        token = waiting.mailed_path(claim.email, "/mail-domains/").rstrip("/").rpartition("/")[2]
        email_domains.prove(token=token, schema_name=claim.tenant.schema_name, at=at)


def _ask_for(space: Space, at: dt.datetime) -> Founding:
    first_name, last_name, email = space.founder
    founding = actions.begin(
        email=email,
        first_name=first_name,
        last_name=last_name,
        kind=space.kind,
        language="fr",
        network=NETWORK,
        at=at,
    )
    token = waiting.mailed_path(email, "/start/").rstrip("/").rsplit("/", 2)
    founding = actions.confirm(token=_token_in(token), at=at)
    return _answer(founding, space, at)


def _token_in(parts: list[str]) -> str:
    return max(parts, key=len)


def _answer(founding: Founding, space: Space, at: dt.datetime) -> Founding:
    actions.describe(
        founding_id=founding.pk,
        kind=space.kind,
        name=space.name,
        language="fr",
        companies=[_with_mailbox(company, space) for company in space.companies],
        at=at,
    )
    actions.locate(founding_id=founding.pk, site=_typed(space.sites[0]), at=at)
    if len(space.sites) > 1:
        _add_sites(founding, space)
    actions.reserve(founding_id=founding.pk, slug=space.slug, at=at)
    return actions.build(founding_id=founding.pk, accent=space.accent, password=PASSWORD, at=at)


def _with_mailbox(company: dict[str, Any], space: Space) -> dict[str, Any]:
    """Let a company of a park bring a mailbox in the domain of its people's addresses."""
    if space.kind == "company" or space in NEWCOMERS:
        return company
    domain = domain_of(company["name"])
    more = [f"accueil@{WAITING_DOMAIN}"] if WAITING_DOMAIN.startswith(domain.split(".")[0]) else []
    return {**company, "mailboxes": [f"rh@{domain}", *more]}


def _typed(site: dict[str, Any]) -> dict[str, Any]:
    return {**site, "gates": [dict(gate) for gate in site["gates"]]}


def _add_sites(founding: Founding, space: Space) -> None:
    """Write the further sites, which the wizard leaves to the space's settings."""
    founding.refresh_from_db()
    founding.description["sites"] += [_as_json(site) for site in space.sites[1:]]
    founding.save(update_fields=["description"])


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    return value if isinstance(value, int | str) else str(value)


def _built(founding: Founding) -> Tenant | None:
    row = Founding.objects.select_related("tenant").get(pk=founding.pk)
    if row.state == Founding.State.FAILED:
        raise RuntimeError(f"{row.slug}: {row.failure}")
    return row.tenant if row.state == Founding.State.BUILT else None
