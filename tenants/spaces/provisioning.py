"""How a space is born whole or not at all, and how it goes."""

import datetime as dt
import secrets
import string
from collections.abc import Callable, Collection
from typing import Any

from django.db import Error, transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.secrets import tokens
from tenants.spaces import hosts
from tenants.spaces.database import birth, blueprint
from tenants.spaces.database.cells import directory, orphans
from tenants.spaces.models import (
    Blueprint,
    Company,
    Domain,
    EmailDomain,
    EmailDomainClaim,
    Founding,
    Gate,
    Site,
    SpaceStanding,
    Tenant,
)
from tenants.spaces.rules import email_domains, names, standing

OWNER = "owner"
_ALPHABET = string.ascii_lowercase + string.digits
_DISK_FULL = "53100"
type Report = Callable[[str], None]


class ProvisioningFailed(Exception):  # noqa: N818 - the founding tells the person, who tries again
    """The space could not be built; nothing of it is left."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def new_schema_name() -> str:
    """Return a random name: it does not reveal the customer, and needs no quoting."""
    return "t_" + "".join(secrets.choice(_ALPHABET) for _ in range(16))


def found(*, founding: Founding, report: Report, at: dt.datetime) -> Tenant:
    """Build the space of a founding in a single transaction of the owner; idempotent.

    `report` receives each step's key as it begins. Raises ProvisioningFailed, with a rollback.
    """
    try:
        with transaction.atomic(using=OWNER):
            locked = Founding.objects.using(OWNER).select_for_update().get(pk=founding.pk)
            # Joined to the lock, the space that another worker has just built would not be seen.
            built = Tenant.objects.using(OWNER).filter(founding=locked).first()
            tenant = built or _build(locked, report, at)
    except Error as error:
        raise ProvisioningFailed(_why(error)) from error
    hosts.forget()
    return tenant


def _why(error: Error) -> str:
    if getattr(error.__cause__, "sqlstate", "") == _DISK_FULL:
        return _(
            "Nos serveurs manquent de place. Rien n’a été gardé à moitié : réessayez plus tard."
        )
    return _("La base de données n’a pas pu construire l’espace. Rien n’a été gardé à moitié.")


def _build(founding: Founding, report: Report, at: dt.datetime) -> Tenant:
    birth.hold_blueprint(exclusive=False)
    cell = directory.emptiest()
    name = orphans.name_in_cell(founding) if cell else new_schema_name()
    _build_schema(name, current_script(), report, cell=cell)
    report("address")
    tenant = register(
        schema_name=name,
        slug=founding.slug,
        kind=founding.kind,
        accent=founding.accent,
        language=founding.language,
        description=founding.description,
        at=at,
        cell=cell,
    )
    _ask_for_domains(tenant, founding, at=at)
    founding.tenant = tenant
    founding.save(using=OWNER, update_fields=["tenant"])
    return tenant


def _build_schema(name: str, script: str, report: Report, *, cell: str) -> None:
    """Build role and schema: at home within the founding's transaction, in a cell before its rows.

    In a cell they are whole or absent after a crash, and the founding's next try replaces them.
    """
    there = directory.alias_in(cell, OWNER)
    if cell:  # what an earlier try of this founding left
        birth.drop(name, there)
    with transaction.atomic(using=there):
        report("role")
        birth.make_role(name, there)
        for step, part in birth.sections_of(script).items():
            report(step)
            birth.replay(name, part, there)


def current_script() -> str:
    """Return the blueprint of the code's migrations. Raises ProvisioningFailed without it.

    It also raises if another release has replaced the blueprint: the existing spaces are being
    migrated, and a new space of the old form would be forgotten.
    """
    newest = Blueprint.objects.using(OWNER).defer("facts").order_by("-made_at", "-pk").first()
    if newest is None or newest.migrations_hash != blueprint.migrations_hash():
        raise ProvisioningFailed(
            _("Une mise à jour de Troovon est en cours. Réessayez dans quelques minutes.")
        )
    return newest.script


def register(
    *,
    schema_name: str,
    slug: str,
    kind: str,
    accent: str,
    language: str,
    description: dict[str, Any],
    at: dt.datetime,
    cell: str = "",
) -> Tenant:
    """Create the rows of a space in public, with the owner's login.

    `description` holds `name`, `companies` (name, siren, head_count), `sites` (name, street,
    postcode, city, latitude, longitude, head_count, break_starts, break_ends, `gates`), and
    `email_domains`, the proven domains; `company_domains` maps some of them to a company;
    `launches_on` may hold the launch day.
    """
    tenant = Tenant.objects.using(OWNER).create(
        schema_name=schema_name,
        slug=slug,
        name=description["name"],
        kind=kind,
        accent=accent,
        language=language,
        created_at=at,
        launches_on=parse_date(description.get("launches_on") or ""),
        schema_hash=blueprint.migrations_hash(),
        cell=cell,
    )
    Domain.objects.using(OWNER).create(
        domain=f"{slug}.{hosts.base_name()}", tenant=tenant, is_primary=True
    )
    companies = _add_companies(tenant, description["companies"])
    _add_standing(tenant, companies, at=at)
    for site in description["sites"]:
        _add_site(tenant, site)
    _add_domains(tenant, description, companies, at=at)
    return tenant


def _add_companies(tenant: Tenant, described: list[dict[str, Any]]) -> dict[str, int]:
    """Write the companies of a space, and return their numbers by name."""
    made = Company.objects.using(OWNER)
    return {company["name"]: made.create(tenant=tenant, **company).pk for company in described}


def _add_standing(tenant: Tenant, companies: Collection[str], *, at: dt.datetime) -> None:
    """Let a space begin as new; an operator reads names that may pass for an institution's."""
    words = names.flagged([tenant.name, *companies])
    SpaceStanding.objects.using(OWNER).create(
        tenant=tenant,
        flagged=words,
        asked_at=at if words else None,
        due_at=at + standing.DECIDED_WITHIN if words else None,
    )


def _add_domains(
    tenant: Tenant, description: dict[str, Any], companies: dict[str, int], *, at: dt.datetime
) -> None:
    """Create the proven mail domains of a space; some belong to a single company."""
    named = description.get("company_domains", {})
    for domain in description.get("email_domains", []):
        company_id = companies[named[domain]] if domain in named else None
        EmailDomain.objects.using(OWNER).create(
            tenant=tenant, domain=domain, company_id=company_id, proven_at=at
        )


def _ask_for_domains(tenant: Tenant, founding: Founding, *, at: dt.datetime) -> None:
    """Create the domain claims of a park's companies; their links are mailed after it is built."""
    companies = dict(Company.objects.using(OWNER).filter(tenant=tenant).values_list("name", "pk"))
    proven = founding.description.get("email_domains", [])
    for name, mailboxes in founding.description.get("mailboxes", {}).items():
        for email in mailboxes:
            if email.rpartition("@")[2] in proven:
                continue
            claim = EmailDomainClaim(
                tenant=tenant,
                company_id=companies[name],
                domain=email.rpartition("@")[2],
                email=email,
                language=founding.language,
                asked_by=f"{founding.first_name} {founding.last_name}",
                asked_at=at,
                expires_at=at + email_domains.LINK_LASTS,
            )
            with schema.in_public():
                claim.token_hash = tokens.hashed(email_domains.link_token(claim.nonce))
            claim.save(using=OWNER)


def _add_site(tenant: Tenant, site: dict[str, Any]) -> None:
    gates = site["gates"]
    columns = {key: value for key, value in site.items() if key != "gates"}
    added = Site.objects.using(OWNER).create(tenant=tenant, **columns)
    for gate in gates:
        Gate.objects.using(OWNER).create(site=added, **gate)


def undo(*, tenant: Tenant) -> None:
    """Delete a space after its people could not be admitted: schema, role and rows."""
    with transaction.atomic(using=OWNER):
        Founding.objects.using(OWNER).filter(tenant_id=tenant.pk).update(tenant=None)
        Tenant.objects.using(OWNER).filter(pk=tenant.pk).delete()
        birth.drop(tenant.schema_name)
    hosts.forget()
