"""The data of a space that a full copy for another installation leaves out.

An archive keeps all of it, because only this installation restores an archive.
"""

from django.utils.translation import gettext as _

# Secrets of this installation: sealed with its key, or valid for its hosts only.
SECRETS = frozenset(
    {
        *("accounts_secondfactor", "sso_provider", "sso_identity", "notifications_device"),
        *("integrations_idempotentrequest", "integrations_webhookendpoint"),
        *("integrations_webhookevent", "integrations_webhookdelivery"),
        *("integrations_webhookattempt", "kiosk_pairing", "members_joinrequest"),
        *("members_invitation", "members_rosterupload", "mediastore_passcode"),
        *("mediastore_borrowing", "personal_data_dataexport", "notifications_digest"),
    }
)
# Rows about merchants, their campaigns and the council's money, which this installation keeps.
MONEY = frozenset(
    {
        *("neighbourhood_offersalt", "neighbourhood_heldvoucher", "neighbourhood_councilmonth"),
        *("neighbourhood_memberreport", "council_refusalact", "mediastore_sponsoring"),
        *("mediastore_sponsorship", "kiosk_play", "treaties_question", "treaties_hiddenitem"),
    }
)
TABLES = SECRETS | MONEY
# Columns that are written with this SQL instead of their value.
COLUMNS: dict[str, dict[str, str]] = {
    # As Django writes an unusable password: the person chooses a new one from a mailed link.
    "accounts_user": {"password": "'!' || md5(reference)", "notices": "'[]'::jsonb"},
    # Accepted here, from the operator of this installation.
    "members_profile": {
        "cgu_version": "0",
        "cgu_digest": "''",
        "cgu_accepted_at": "NULL::timestamptz",
    },
    "kiosk_screen": {"token_hash": "NULL::varchar", "play_secret": "''"},
    "notifications_notification": {
        "mail": "'off'",
        "mail_from": "NULL::timestamptz",
        "push_from": "NULL::timestamptz",
        "digest_id": "NULL::bigint",
    },
}
# A mail that is still due is sent by this installation: the copy marks it as sent.
MAILED = "mailed_at"
# Folders of stored files that belong to those rows.
FOLDERS = ("exports/",)


def sentences() -> list[str]:
    """Return what a full copy leaves out, for the person who takes it."""
    return [
        _("L’argent\u00a0: ce que les commerces ont payé, la part du CSE, les factures."),
        _("Les commerces, leurs publicités et leurs bons\u00a0: tous les espaces les partagent."),
        _("Les accords avec des espaces voisins."),
        _(
            "Les secrets\u00a0: mots de passe, seconds facteurs, sessions, jetons, liens"
            " d’invitation, fournisseur d’identité, écrans à appairer de nouveau."
        ),
        _("Ce qui se prouve à nouveau\u00a0: domaines e-mail, nom de domaine, vérification."),
    ]
