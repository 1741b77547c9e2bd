"""Rules of the badge and colour of a park's company, and of corrections by operators."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from saas.kernel.display.accent import SEED
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.models import Company, Tenant
from tenants.spaces.rules.workplaces import MOST_COMPANIES

LONGEST_BADGE = 12


def check_is_of_space(schema_name: str, by_schema: str) -> None:
    """Refuse to dress a company of another space."""
    if schema_name != by_schema:
        raise NotAllowed(_("Cette entreprise n’est pas de votre espace."))


def check_badge(badge: str, others: Collection[str]) -> None:
    """Raise Refused for an unreadable badge, or the badge of another company of the park."""
    if len(badge) > LONGEST_BADGE or not badge.isprintable():
        raise Refused(
            _("Un insigne a %(most)d signes lisibles au plus.") % {"most": LONGEST_BADGE},
            field="badge",
        )
    if badge and badge.casefold() in {other.casefold() for other in others}:
        raise Refused(_("Une autre entreprise d’ici porte déjà cet insigne."), field="badge")


def check_colour(colour: str) -> None:
    """Raise Refused for an invalid colour; any valid colour is adjusted to be readable."""
    if colour and not SEED.fullmatch(colour):
        raise Refused(_("Une couleur s’écrit comme #0b5f63."), field="colour")


def check_is_open(tenant: Tenant) -> None:
    """Raise Refused if a space is closed, because its people could not read of the change."""
    if tenant.state != Tenant.State.ACTIVE:
        raise Refused(_("Cet espace n’est pas ouvert\u00a0: rouvrez-le d’abord."))


def check_may_be_added(tenant: Tenant, *, is_new: bool, beside: int) -> None:
    """Raise Refused if a company is added to a space of a single company, or to a full park."""
    if not is_new:
        return
    if tenant.kind != Tenant.Kind.PARK:
        raise Refused(_("Cet espace est celui d’une seule entreprise."))
    if beside >= MOST_COMPANIES:
        raise Refused(
            _("Un parc a %(most)d entreprises au plus ici.") % {"most": MOST_COMPANIES},
        )


def check_name_is_free(name: str, beside: Collection[str]) -> None:
    """Raise Refused if another company of the space has the name."""
    if name.casefold() in {other.casefold() for other in beside}:
        raise Refused(_("Une autre entreprise d’ici porte ce nom."), field="name")


def changed_columns(company: Company | None, typed: Mapping[str, object]) -> dict[str, object]:
    """Return the changed columns of a company, or all columns of a new company.

    Raises Refused if there is no change.
    """
    changed = {
        column: value
        for column, value in typed.items()
        if company is None or getattr(company, column) != value
    }
    if not changed:
        raise Refused(_("Rien ne change\u00a0: tout est déjà écrit ainsi."))
    return changed
