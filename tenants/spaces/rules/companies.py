"""Rules of a park's companies: badge and colour, corrections, coming and leaving."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.utils.translation import gettext as _

from saas.kernel.display.accent import SEED
from saas.kernel.display.writing import shortdate
from saas.kernel.errors import NotAllowed, Refused
from tenants.spaces.models import Company, Tenant
from tenants.spaces.rules.workplaces import MOST_COMPANIES

LONGEST_BADGE = 12
# Its people have at least a day to read of it, and to take back what they lent.
LEAVES_WITHIN = dt.timedelta(days=366)


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


def check_has_not_left(name: str, beside: Iterable[Company]) -> None:
    """Raise Refused if a company of this name has left the space: it may be readmitted."""
    for company in beside:
        if company.left_at is not None and company.name.casefold() == name.casefold():
            raise Refused(
                _(
                    "%(name)s a quitté cet espace\u00a0: "
                    "faites-la revenir depuis la liste des entreprises parties."
                )
                % {"name": company.name},
                field="name",
            )


def check_is_of_park(company: Company | None, tenant: Tenant) -> Company:
    """Return a company of a park. Raises Refused for other companies, and in other spaces."""
    if company is None or company.tenant_id != tenant.pk:
        raise NotAllowed(_("Cette entreprise n’est pas de votre espace."))
    if tenant.kind != Tenant.Kind.PARK:
        raise Refused(
            _("Cet espace est celui d’une seule entreprise\u00a0: supprimez plutôt l’espace.")
        )
    return company


def check_may_leave(
    company: Company, *, others: int, day: dt.date | None, today: dt.date
) -> dt.date:
    """Return the last day of a company in its park.

    Raises Refused without a day ahead, for the last company, or if a departure is announced.
    """
    if company.left_at is not None:
        raise Refused(_("Cette entreprise a déjà quitté l’espace."))
    if company.leaves_on is not None:
        words = _("Son départ est déjà annoncé pour le %(day)s\u00a0: annulez-le d’abord.")
        raise Refused(words % {"day": shortdate(company.leaves_on)}, field="day")
    if others == 0:
        raise Refused(
            _("C’est la dernière entreprise de ce parc\u00a0: supprimez plutôt l’espace."),
            field="day",
        )
    if day is None or day <= today:
        raise Refused(
            _("Choisissez un jour à partir de demain\u00a0: ses personnes l’apprennent avant."),
            field="day",
        )
    if day > today + LEAVES_WITHIN:
        raise Refused(_("Choisissez un jour dans l’année qui vient."), field="day")
    return day


def check_may_stay(company: Company, *, today: dt.date) -> None:
    """Raise Refused unless the departure of a company is announced and still ahead."""
    if company.left_at is not None:
        raise Refused(_("Cette entreprise a déjà quitté l’espace."))
    if company.leaves_on is None:
        raise Refused(_("Aucun départ de cette entreprise n’est annoncé."))
    if company.leaves_on < today:
        raise Refused(_("Son dernier jour est passé\u00a0: elle pourra revenir."))


def check_may_return(company: Company, *, present: int) -> None:
    """Raise Refused unless a company has left its park, and the park has room for it."""
    if company.left_at is None:
        raise Refused(_("Cette entreprise est dans l’espace."))
    if present >= MOST_COMPANIES:
        raise Refused(
            _("Un parc a %(most)d entreprises au plus ici.") % {"most": MOST_COMPANIES},
        )
