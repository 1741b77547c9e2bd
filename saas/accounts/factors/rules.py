"""Arithmetic of second factors: TOTP by pyotp, recovery codes, and refusals."""

import base64
import datetime as dt
import secrets

import pyotp
from django.utils.translation import gettext as _

from saas.kernel.errors import Refused
from saas.kernel.secrets import tokens

PURPOSE = "second factor"
STEP_SECONDS = 30
# A phone's clock may be half a minute off, in either direction.
DRIFT = (-1, 0, 1)
TRIES, TRY_SECONDS = 10, 15 * 60
RECOVERY_CODES = 10
# A mail warns the member, with this much time to stop a colleague's request in their name.
RESET_AFTER = dt.timedelta(days=3)
_RECOVERY_BYTES = 15  # 120 bits: long enough to be kept as a plain hash (ASVS 5.0, 6.5.2)
_RECOVERY_LENGTH = 24


def new_secret() -> str:
    """Return a secret of 160 bits, as authenticator apps read it."""
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, place: str) -> str:
    """Return the address that a QR code hands to an authenticator app."""
    issuer = place.replace(":", " ")
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def spaced(secret: str) -> str:
    """Return a secret in groups of four, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def code_at(secret: str, moment: float) -> str:
    """Return the code of a moment."""
    return pyotp.TOTP(secret).at(int(moment))


def step_of(secret: str, typed: str, *, after: int, moment: float) -> int | None:
    """Return the half minute of a currently valid code, later than the last used code."""
    code = "".join(typed.split())
    present = int(moment) // STEP_SECONDS
    steps = (present + drift for drift in DRIFT)
    right = (
        step
        for step in steps
        if step > after and secrets.compare_digest(code_at(secret, step * STEP_SECONDS), code)
    )
    return next(right, None) if code.isascii() and code.isdigit() else None


def new_recovery_codes() -> list[str]:
    """Return recovery codes in groups of six letters."""
    return [_recovery_code() for _number in range(RECOVERY_CODES)]


def recovery_hash(typed: str) -> str:
    """Return the stored hash of a recovery code, however it is spaced; empty for another text."""
    letters = "".join(sign for sign in typed.lower() if sign.isalnum())
    return tokens.hashed(letters) if len(letters) == _RECOVERY_LENGTH else ""


def check_no_app_yet(secret: str) -> None:
    """Raise Refused if the person has an authenticator app already."""
    if secret:
        raise Refused(_("Un second facteur est déjà en place. Retirez-le d’abord."))


def check_there[F](factor: F | None) -> F:
    """Raise Refused if the person has no second factor."""
    if factor is None:
        raise Refused(_("Aucun second facteur n’est en place."))
    return factor


def check_right(step: int | None) -> int:
    """Raise Refused for a wrong, an old or a used code."""
    if step is None:
        raise Refused(
            _(
                "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, ou tapez un "
                "code de secours."
            ),
            field="code",
        )
    return step


def check_reason(reason: str) -> str:
    """Return a reason without surrounding blanks. Raises Refused if it is empty."""
    if not reason.strip():
        raise Refused(_("Dites pourquoi\u00a0: la personne le lit."), field="reason")
    return reason.strip()


def check_none_asked(due_at: dt.datetime | None) -> None:
    """Raise Refused if the removal of a second factor is planned already."""
    if due_at is not None:
        raise Refused(_("C’est déjà demandé."))


def check_asked(due_at: dt.datetime | None) -> None:
    """Raise Refused if no removal of a second factor is planned."""
    if due_at is None:
        raise Refused(_("Aucune demande n’attend."))


def _recovery_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    return "-".join(letters[start : start + 6] for start in range(0, len(letters), 6))
