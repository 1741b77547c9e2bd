"""Rules of names that strangers read in mails: no link, no shouting, no name of an institution."""

import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from saas.kernel.errors import Refused

LONGEST_CAPITALS = 12
MOST_FLAGGED = 200
_ENDINGS = (
    "com|fr|net|org|info|biz|io|co|eu|me|app|shop|xyz|online|site|store|top|club|link|click|"
    "ru|cn|de"
)
_LINK = re.compile(
    rf"(?i)(https?:|www\.|://|\S@\S|\b[\w-]{{2,}}\.(?:{_ENDINGS})\b|\b[\w-]+\[\.\]\w+|\w/\w+\.\w)"
)
# Eight digits or more, with usual separators.
_PHONE = re.compile(r"(?:\+?\d[\s.\-/()]*){8,}")
_PERSON = re.compile(r"[^\W\d_]+(?:[ '’.\-]+[^\W\d_]+)*\.?")
# Institutions and services often imitated in forged mails, as normalized by `_plain`.
_INSTITUTION_WORDS = """
banque bank credit paypal carte bancaire paiement facture remboursement tresor impots impot
fiscal securite security police gendarmerie prefecture ministere tribunal huissier urssaf caf
ameli cpam carsat msa pole emploi francetravail microsoft google apple amazon facebook chronopost
colissimo fedex dhl support assistance admin administrateur webmaster troovon helpdesk
verification alerte urgent urgence gagnant cadeau loterie bitcoin crypto
"""
_INSTITUTIONS = frozenset(_INSTITUTION_WORDS.split())
# Words that are no first name: they greet a stranger in place of a colleague.
_GREETINGS = """
cher chere client cliente madame monsieur mesdames messieurs utilisateur utilisatrice abonne
abonnee beneficiaire titulaire adherent contribuable assure user customer dear client
"""
_NO_PEOPLE = frozenset(_GREETINGS.split())


def check_name(text: str, *, field: str | None = None) -> None:
    """Refuse a name of a space or a company with a link, a phone number, or in capitals only."""
    if has_link(text):
        raise Refused(
            _("Un nom ne contient ni lien, ni adresse, ni numéro de téléphone."), field=field
        )
    letters = [sign for sign in text if sign.isalpha()]
    if len(letters) > LONGEST_CAPITALS and all(sign.isupper() for sign in letters):
        raise Refused(
            _("Écrivez ce nom en minuscules\u00a0: tout en capitales, il crie."), field=field
        )


def check_person(text: str, *, field: str | None = None) -> None:
    """Raise Refused for an invalid first or last name.

    Names appear in mails to people that never asked for them.
    """
    is_simple = text.isascii() and text.isalpha()  # most names: no link, no sign to compare
    if not is_simple and (
        has_link(text) or not _PERSON.fullmatch(unicodedata.normalize("NFC", text.strip()))
    ):
        raise Refused(
            _("Un nom a des lettres, des traits d’union et des apostrophes."), field=field
        )
    words = {text.casefold()} if is_simple else _words(text)
    if not words.isdisjoint(_NO_PEOPLE) or not words.isdisjoint(_INSTITUTIONS):
        raise Refused(
            _("«\u00a0%(name)s\u00a0» n’est pas le nom d’une personne.") % {"name": text},
            field=field,
        )


def check_full_name(first_name: str, last_name: str) -> None:
    """Raise Refused for an invalid first or last name, each beside its field."""
    check_person(first_name, field="first_name")
    check_person(last_name, field="last_name")


def has_link(text: str) -> bool:
    """Return True if a text has a link, an address or a phone number in it."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(_LINK.search(plain) or _PHONE.search(plain))


def flagged(texts: Iterable[str]) -> str:
    """Return the words of names that an operator reads before invitations leave."""
    found = {word for text in texts for word in _words(text) if word in _INSTITUTIONS}
    return ", ".join(sorted(found))[:MOST_FLAGGED]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", _plain(text)))


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
