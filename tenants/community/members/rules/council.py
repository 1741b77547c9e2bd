"""Rules of a council's roles: the council gives and ends them, and closes its people's accounts."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.models import ClosingRequest, CouncilChange, Role

KINDS = frozenset({Role.Kind.COUNCIL, Role.Kind.TREASURER, Role.Kind.SECRETARY})
# After so long without an answer of the council, an operator may confirm, with a paper.
OPERATOR_AFTER = dt.timedelta(days=7)
_Right = CouncilChange.Right


def right_to_give(
    *, holds: bool, administers: bool, had_people: bool, to_oneself: bool, to_administrator: bool
) -> str:
    """Return a person's right to give a council's role. Raises NotAllowed or Refused.

    `holds`: they have a role of this council; `administers`: only its company, or the park for the
    park's own council; `had_people`: the council has or had a person with a role. `to_oneself` and
    `to_administrator` compare mailboxes: another address of the same mailbox is the same person.
    """
    if not (holds or administers):
        raise NotAllowed(
            _(
                "Seules les personnes d’un CSE en donnent les rôles ; l’administration d’une "
                "entreprise fonde le CSE de cette entreprise, et d’aucune autre."
            )
        )
    if to_oneself:
        raise Refused(
            _(
                "On ne se donne pas un rôle du CSE à soi-même\u00a0: une autre personne du CSE "
                "le donne, ou Troovon, sur présentation de la délibération."
            )
        )
    if holds:
        return _Right.COUNCIL
    _check_may_found(had_people=had_people, to_administrator=to_administrator)
    return _Right.FOUNDING


def _check_may_found(*, had_people: bool, to_administrator: bool) -> None:
    """Raise Refused if the council was founded already, or would be the administration's own."""
    if had_people:
        raise Refused(
            _(
                "Ce CSE a été fondé ici\u00a0: l’administration n’en donne plus les rôles. Ses "
                "propres personnes le font, ou Troovon, sur présentation de la délibération."
            )
        )
    if to_administrator:
        raise Refused(
            _(
                "L’administration fonde le CSE en nommant quelqu’un qui n’administre pas "
                "l’espace. Un élu qui l’administre aussi reçoit son rôle d’une autre personne du "
                "CSE, ou de Troovon, sur présentation de la délibération."
            )
        )


def right_to_end(*, holds: bool, administers: bool, own: bool) -> str:
    """Return a person's right to end a council's role. Raises NotAllowed."""
    if own:
        return _Right.ONESELF
    _check_speaks_for_council(holds=holds, administers=administers)
    return _Right.COUNCIL


def check_may_answer(
    request: ClosingRequest | None, *, holds: bool, administers: bool, own: bool
) -> ClosingRequest:
    """Return the request that a person of the council answers. Raises Refused or NotAllowed."""
    if request is None:
        raise Refused(_("Cette demande a déjà reçu sa réponse, ou a été retirée."))
    if own:
        raise NotAllowed(_("Une autre personne du CSE répond à cette demande."))
    _check_speaks_for_council(holds=holds, administers=administers)
    return request


def _check_speaks_for_council(*, holds: bool, administers: bool) -> None:
    if not holds:
        raise NotAllowed(
            _("Un rôle du CSE ne se retire que par le CSE\u00a0: demandez-le à ses personnes.")
        )
    if administers:
        raise NotAllowed(
            _(
                "Vous administrez aussi cet espace\u00a0: une autre personne du CSE, qui ne "
                "l’administre pas, en décide."
            )
        )


def check_operator_may_confirm(
    request: ClosingRequest | None, *, others: int, at: dt.datetime
) -> ClosingRequest:
    """Return the request that an operator confirms: at once if the council has no other people."""
    if request is None:
        raise Refused(_("L’administration n’a pas demandé la fermeture de ce compte."))
    if others and at < request.asked_at + OPERATOR_AFTER:
        raise Refused(
            _("Le CSE a sept jours pour répondre\u00a0: après, vous pouvez confirmer sur pièce.")
        )
    return request


def check_paper(paper: str, reason: str) -> None:
    """Raise Refused if an operator's document or reason is missing."""
    if not paper.strip():
        raise Refused(_("Indiquez la référence de la pièce."), field="paper")
    if not reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: les membres le liront."), field="reason")


def check_works_there(company_of_person: int | None, company_id: int | None) -> None:
    """Raise Refused if a role of a company's council would go to a person of another company."""
    if company_id is not None and company_of_person != company_id:
        raise Refused(_("Cette personne ne travaille pas dans cette entreprise."))


def check_known[P](person: P | None) -> P:
    """Refuse an address that no member has."""
    if person is None:
        raise Refused(_("Aucun membre n’a cette adresse ici."), field="email")
    return person


def check_held(role: Role | None) -> Role:
    """Return the role to end. Raises Refused if the person does not have it."""
    if role is None:
        raise Refused(_("Cette personne n’a pas ce rôle."))
    return role
