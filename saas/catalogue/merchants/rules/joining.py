"""Rules of a shop's people: requests, decisions, the code by post, invitations, roles."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import Invitation, JoinRequest, Membership
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.secrets import tokens

# The first owner has a week; an operator may decide at any time, and is mailed before.
DECIDED_WITHIN = dt.timedelta(days=7)
SEEN_WITHIN = dt.timedelta(days=1)
CODE = "merchants.join"
CODE_FIGURES = 8
CODE_LASTS = dt.timedelta(days=30)
MOST_TRIES = 5
INVITATION = "merchants.invitation"
INVITATION_LASTS = dt.timedelta(days=14)
MOST_INVITED = 20
# Mails to addresses of strangers, by a person, for a shop, and to an address.
DAY_SECONDS = 24 * 60 * 60
MOST_A_DAY, MOST_TO_ADDRESS_A_DAY = 20, 3


def code_of(request: JoinRequest) -> str:
    """Return the code that the letter to the shop's address carries; empty before it is posted."""
    if request.posted_at is None:
        return ""
    value = f"{request.reference}:{request.posted_at.isoformat()}"
    return tokens.figures(CODE, value, count=CODE_FIGURES)


def check_waits(request: JoinRequest) -> None:
    """Refuse to decide twice about a request."""
    if request.state != JoinRequest.State.WAITING:
        raise Refused(_("Cette demande a déjà reçu sa réponse."))


def check_may_decide(*, decides: bool) -> None:
    """Raise NotAllowed unless the person is an owner of the shop or an operator."""
    if not decides:
        raise NotAllowed(_("Seul un responsable de la boutique décide qui la rejoint."))


def check_code(request: JoinRequest, typed: str, *, at: dt.datetime) -> bool:
    """Return True if a code matches the letter's code. Raises Refused if there is no valid code."""
    if request.posted_at is None or request.posted_at + CODE_LASTS <= at:
        raise Refused(_("Aucun code n’est en route\u00a0: demandez-le."), field="code")
    if request.tries >= MOST_TRIES:
        raise Refused(
            _("Trop d’essais\u00a0: ce code ne vaut plus. Un nouveau partira par la poste."),
            field="code",
        )
    return "".join(sign for sign in typed if sign.isdigit()) == code_of(request)


def check_reason(reason: str) -> str:
    """Return the reason of a refusal. Raises Refused if it is empty."""
    if not reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: la personne le lit."), field="reason")
    return reason.strip()


def check_is_not_only_at_till(*, is_at_till: bool) -> None:
    """Raise NotAllowed if a person without a desk may redeem codes at a shop's till."""
    if is_at_till:
        raise NotAllowed(_("Votre accès est celui de la caisse\u00a0: il prend les codes."))


def check_keeps_an_owner(others: Sequence[Membership]) -> Membership:
    """Return the owner who follows the leaving owner. Raises Refused if there is no other."""
    if not others:
        raise Refused(
            _("C’est le dernier responsable\u00a0: donnez d’abord ce rôle à quelqu’un d’autre.")
        )
    return others[0]


def check_may_invite(*, is_member: bool, open_count: int) -> None:
    """Raise Refused if the address belongs to a member or too many invitations are open."""
    if is_member:
        raise Refused(_("Cette personne est déjà de l’équipe."), field="email")
    if open_count >= MOST_INVITED:
        raise Refused(
            _("Vingt invitations attendent déjà\u00a0: retirez-en une d’abord."), field="email"
        )


def check_wants_invitations(*, stops: bool) -> None:
    """Raise Refused if the person of an address wants no invitation any more."""
    if stops:
        raise Refused(
            _(
                "Cette personne ne veut plus d’invitations par e-mail\u00a0: demandez-lui d’ouvrir "
                "un bureau, puis de rejoindre votre boutique."
            ),
            field="email",
        )


def check_open(invitation: Invitation | None) -> Invitation:
    """Return the invitation. Raises Refused if its link is unknown, expired or used."""
    if invitation is None or invitation.accepted_at is not None:
        raise Refused(_("Cette invitation a expiré, a servi ou a été retirée. Redemandez-la."))
    return invitation


def check_is_invited(invitation: Invitation, email: str) -> None:
    """Raise NotAllowed if an invitation was mailed to another address than the person's."""
    if invitation.email != email:
        raise NotAllowed(
            _("Cette invitation est pour %(email)s\u00a0: connectez-vous avec cette adresse.")
            % {"email": invitation.email}
        )
