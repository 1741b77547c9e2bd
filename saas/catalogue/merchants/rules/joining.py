"""Rules of a shop's members: requests to join, decisions, and the code by post."""

import datetime as dt

from django.utils.translation import gettext as _

from saas.catalogue.merchants.models import JoinRequest
from saas.kernel import tokens
from saas.kernel.errors import NotAllowed, Refused

# The first owner has a week; an operator may decide at any time, and is mailed before.
DECIDED_WITHIN = dt.timedelta(days=7)
SEEN_WITHIN = dt.timedelta(days=1)
CODE = "merchants.join"
CODE_FIGURES = 8
CODE_LASTS = dt.timedelta(days=30)
MOST_TRIES = 5


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


def check_runs_no_other(*, has_other: bool) -> None:
    """Raise Refused if the person runs another published shop: a person runs a single shop."""
    if has_other:
        raise Refused(_("Cette personne tient déjà une autre boutique publiée."))


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
