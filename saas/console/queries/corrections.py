"""A space as an operator puts it right: its administrators, and its companies."""

from typing import NamedTuple

from saas.kernel import schema
from tenants.community.members.models import Role
from tenants.community.members.queries import administrators
from tenants.spaces.models import Company, SpaceOperation, Tenant
from tenants.spaces.queries import corrections as queries
from tenants.spaces.queries.companies import departed_of
from tenants.spaces.rules.workplaces import MOST_COMPANIES


class AdministratorRow(NamedTuple):
    """Administrator of a space, or of a single company in it."""

    role: Role
    company: str


class SpaceAdministration(NamedTuple):
    """The administrators of a space, its companies, and the papers of earlier changes."""

    tenant: Tenant
    rows: list[AdministratorRow]
    companies: list[Company]
    changes: list[SpaceOperation]


class SpaceCompanies(NamedTuple):
    """The companies of a space, and whether another may be added."""

    tenant: Tenant
    rows: list[queries.CompanyRow]
    departed: list[Company]

    @property
    def may_add(self) -> bool:
        """Return True if the space is a park below its limit of companies."""
        return self.tenant.kind == Tenant.Kind.PARK and len(self.rows) < MOST_COMPANIES


def administration_of(slug: str) -> SpaceAdministration | None:
    """Return the administrators of an open space, or None."""
    tenant = _open_space(slug)
    if tenant is None:
        return None
    companies = list(Company.objects.filter(tenant=tenant, left_at=None))
    names = {company.pk: company.name for company in companies}
    with schema.crossing(tenant.schema_name):
        held = administrators.administrators_shown()
    rows = [AdministratorRow(role, names.get(role.company_id or 0, "")) for role in held]
    done = SpaceOperation.objects.filter(tenant=tenant, kind=SpaceOperation.Kind.ADMINS)
    return SpaceAdministration(tenant, rows, companies, list(done.order_by("-asked_at")))


def companies_of(slug: str) -> SpaceCompanies | None:
    """Return the companies of an open space."""
    tenant = _open_space(slug)
    if tenant is None:
        return None
    departed = departed_of(tenant.schema_name)
    return SpaceCompanies(tenant, queries.companies_of(tenant), departed)


def paper_of(reference: str) -> str:
    """Return the stored file name of the document on a change of administration, or ""."""
    found = SpaceOperation.objects.filter(reference=reference, kind=SpaceOperation.Kind.ADMINS)
    operation = found.first()
    return str(operation.options["paper"]) if operation else ""


def _open_space(slug: str) -> Tenant | None:
    return Tenant.objects.filter(slug=slug, state=Tenant.State.ACTIVE).first()
