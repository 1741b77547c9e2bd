"""The audience of a classified: everybody here, one company of the park, or the neighbours too."""

from django.db.models import Q

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.statements import Given
from tenants.community.classifieds.models import Classified
from tenants.spaces.models import OwnCompany, OwnTenant, OwnTreaty, Tenant, Treaty

Audience = Classified.Audience


def seen_by(viewer: User | Given, *, through: str = "") -> Q:
    """Say what somebody sees: their own, what is for all, and what is for their company alone."""
    seen = ~Q(**{f"{through}audience": Audience.COMPANY}) | Q(**{f"{through}author": viewer.pk})
    for employer in hooks.employer.ask(viewer):
        seen |= Q(**{f"{through}company_id": employer})
    return seen


def employer_of(person: User) -> int | None:
    """Return the company that somebody works for."""
    for employer in hooks.employer.ask(person):
        told = User.objects.filter(pk=person.pk).annotate(employer=employer)
        return told.values_list("employer", flat=True).first()
    return None


def companies_to_choose() -> bool:
    """Say whether several companies live here, so that one may want to speak to its own alone."""
    here = OwnTenant.objects.filter(kind=Tenant.Kind.PARK).exists()
    return here and OwnCompany.objects.count() > 1


def categories_given() -> frozenset[str]:
    """Return what treaties in force let neighbours see of this space."""
    treaties = OwnTreaty.objects.filter(state=Treaty.State.ACCEPTED)
    return frozenset(one for gives in treaties.values_list("gives", flat=True) for one in gives)


def audiences_for(person: User) -> list[str]:
    """Return whom somebody may post for, the whole space first."""
    chosen: list[str] = [Audience.SPACE]
    if companies_to_choose() and employer_of(person) is not None:
        chosen.append(Audience.COMPANY)
    if categories_given():
        chosen.append(Audience.NEIGHBOURS)
    return chosen
