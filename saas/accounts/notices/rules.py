"""The kinds of notices."""

import enum

MOST_WAITING = 20


class Kind(enum.StrEnum):
    """The changes that a person is mailed."""

    PASSWORD = "password"  # noqa: S105 - no password
    DEVICE = "device"
    COMPANY = "company"
    PUSH = "push"
    TOKEN = "token"  # noqa: S105 - no token
    FACTOR = "factor"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_RESET = "factor_reset"
    FACTOR_RESET_ASKED = "factor_reset_asked"
    FACTOR_RESET_STOPPED = "factor_reset_stopped"
    PASSKEY = "passkey"
    PASSKEY_REMOVED = "passkey_removed"
    CODES = "codes"
    CODE_USED = "code_used"
    COUNCIL = "council"
