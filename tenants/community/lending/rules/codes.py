"""Codes of a hand-over: the content of the QR code, and six digits to type instead.

Both are signed for a single loan, a single step and the person that shows them, with the space in
the salt. They need no row: after the step the loan has another state, so a code works a single
time.
"""

from typing import NamedTuple

from django.core import signing
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from saas.kernel import schema
from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens
from tenants.community.lending.models import Loan

PURPOSE = "lending.handover"
VALID_SECONDS = 2 * 24 * 3600
PICK_UP, RETURN = "pickup", "return"
STEPS = {Loan.State.ACCEPTED: PICK_UP, Loan.State.OUT: RETURN}
FIGURES = 6


class Code(NamedTuple):
    """The contents of a scanned code."""

    loan_id: int
    step: str
    shown_by: int


def step_of(loan: Loan) -> str:
    """Return the hand-over that comes next, or nothing."""
    return STEPS.get(Loan.State(loan.state), "")


def write(loan: Loan, step: str, shown_by: int) -> str:
    """Return the text of a QR code's address."""
    return tokens.sign(PURPOSE, [loan.pk, step, shown_by])


def read(text: str) -> Code:
    """Return the contents of a scanned code. Raises Refused: too old, or not of this space."""
    try:
        loan_id, step, shown_by = tokens.unsign(PURPOSE, text, max_age_seconds=VALID_SECONDS)
        return Code(int(loan_id), str(step), int(shown_by))
    except signing.SignatureExpired as error:
        raise Refused(_("Ce code est trop ancien : affichez-le de nouveau.")) from error
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Refused(
            _("Ce code n’est pas de cet espace : ouvrez le prêt ici, et scannez le code affiché.")
        ) from error


def figures(loan: Loan, step: str, shown_by: int) -> str:
    """Return the six digits shown under a QR code."""
    text = f"{schema.current()}:{loan.pk}:{step}:{shown_by}"
    digest = salted_hmac(PURPOSE, text, algorithm="sha256").hexdigest()
    return f"{int(digest[:12], 16) % 10**FIGURES:0{FIGURES}d}"


def check_next(loan: Loan, code: Code) -> None:
    """Raise Refused for a code of a step already taken, or not due."""
    if code.step == step_of(loan):
        return
    if code.step == PICK_UP and loan.handed_over_at is not None:
        raise Refused(_("Ce code a déjà servi : l’objet est remis."))
    if code.step == RETURN and loan.ended_at is not None:
        raise Refused(_("Ce code a déjà servi : l’objet est rendu."))
    raise Refused(_("Ce code ne sert plus : ce prêt n’attend pas de remise."))


def check_loan(loan: Loan, code: Code) -> None:
    """Refuse, on a loan's page, the code of another thing."""
    if code.loan_id != loan.pk:
        raise Refused(
            _("Ce code est celui d’un autre objet : demandez celui de ce prêt."), field="code"
        )


def check_shown_by_other(code: Code, person_id: int) -> None:
    """Refuse a code that the person shows themselves."""
    if code.shown_by == person_id:
        raise Refused(_("C’est votre propre code : c’est à l’autre personne de le viser."))


def wrong_figures(loan: Loan, typed: str, person_id: int) -> Refused:
    """Return the reason why six digits are refused: the person's own, used, or of another thing."""
    step = step_of(loan)
    if step and typed == figures(loan, step, person_id):
        return Refused(
            _("C’est votre propre code\u00a0: tapez celui de l’autre personne."), field="code"
        )
    if not step:
        return Refused(
            _("Ce prêt n’attend pas de remise\u00a0: ce code ne sert plus."), field="code"
        )
    return Refused(
        _(
            "Ce code n’est pas celui de ce prêt\u00a0: vérifiez les six chiffres affichés chez "
            "l’autre."
        ),
        field="code",
    )


def check_is_ones_own(*, is_found: bool) -> None:
    """Refuse the code of a loan between two others."""
    if not is_found:
        raise Refused(
            _("Ce code est celui d’un prêt entre deux autres personnes : scannez celui du vôtre.")
        )
