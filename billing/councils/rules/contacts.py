"""Which councils a space has, for how many people each speaks, and how it splits its share."""

from django.utils.translation import gettext as _

from billing.models import Council
from saas.kernel.errors import Refused
from saas.kernel.money import BASIS
from tenants.spaces.models import Company, Tenant

MOST_HEADS = 500_000


def check_is_of_park(company: Company, tenant: Tenant) -> None:
    """Refuse a council of a company that does not live in the park."""
    if tenant.kind != Tenant.Kind.PARK:
        raise Refused(_("Seul un parc a plusieurs CSE\u00a0: un par entreprise."))
    if company.tenant_id != tenant.pk:
        raise Refused(_("Cette entreprise n’est pas de ce parc."), field="company")


def check_may_end(council: Council, *, others: int) -> None:
    """Raise Refused if the council has already ended, or is the only council of its space."""
    if council.ended_at is not None:
        raise Refused(_("Ce CSE ne reçoit déjà plus de nouvelle part."))
    if others == 0:
        raise Refused(
            _("C’est le seul CSE de cet espace\u00a0: ouvrez d’abord celui qui lui succède.")
        )


def check_still_has_shares(council: Council, *, waits: bool) -> None:
    """Raise Refused if the council has ended and has no pending share."""
    if council.ended_at is not None and not waits:
        raise Refused(_("Ce CSE ne reçoit plus de nouvelle part."))


def check_weight(weight: object) -> None:
    """Refuse a number of people that cannot be."""
    if type(weight) is not int or not 0 < weight <= MOST_HEADS:
        raise Refused(_("Un CSE parle pour une personne au moins."), field="weight")


def check_split(aep_bp: object) -> None:
    """Raise Refused if the part for the operating budget is not between 0 and 100 %."""
    if type(aep_bp) is not int or not 0 <= aep_bp <= BASIS:
        raise Refused(_("La part du fonctionnement va de 0 à 100\u00a0%."), field="aep_bp")
