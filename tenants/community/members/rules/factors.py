"""Refusals about the removal of a second factor for its person."""

from collections.abc import Sized

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused


def check_is_another(*, is_self: bool) -> None:
    """Raise Refused if an administrator removes their own second factor by this page."""
    if is_self:
        raise Refused(_("Retirez le vôtre depuis «\u00a0Mes sessions\u00a0», avec un code."))


def check_is_not_elected(seats: Sized) -> None:
    """Raise NotAllowed if the person has a role of a council."""
    if seats:
        raise NotAllowed(
            _(
                "Cette personne est du CSE\u00a0: son employeur ne touche pas à son compte. "
                "Qu’elle écrive à Troovon, qui le fait sur pièce ou après un appel."
            )
        )


def check_is_trusted(*, has_role: bool) -> None:
    """Raise Refused for a member without a role that Troovon answers for."""
    if not has_role:
        raise Refused(
            _("Cette personne n’est ni du CSE ni de l’administration\u00a0: celle-ci le fait."),
            field="email",
        )
