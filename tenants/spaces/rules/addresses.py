"""Which names a company may call its own, how it proves them, and how often a space moves."""

import datetime as dt
import ipaddress
import re
import unicodedata
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from tenants.spaces.models import DomainClaim, Tenant

ADMINISTRATOR = "administrator"
COUNCIL = frozenset({"council", "treasurer"})
MOST_MOVES = 3
MOVES_COUNT_FOR = dt.timedelta(days=30)
MOST_CLAIMS = 10
CHECKS_A_MINUTE = 6
WAITS_FOR = dt.timedelta(days=30)
SOONEST, LATEST = dt.timedelta(minutes=1), dt.timedelta(hours=6)
RECHECKED_AFTER = dt.timedelta(hours=24)
# A proof may be missing for a while: DNS providers are changed on Fridays.
MISSED_FOR = dt.timedelta(days=3)
ABSENT, OTHER, UNREACHABLE, TAKEN = "absent", "other", "unreachable", "taken"

LONGEST_NAME, LONGEST_LABEL = 253, 63
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z")
_PROOF = "troovon-proof="
# Public suffixes for registrations by strangers, without an owner of their own. The list contains
# only suffixes that our customers could type; without access to a name's DNS there is no proof
# anyway.
_SHARED = """
co.uk org.uk ac.uk gov.uk ltd.uk plc.uk me.uk net.uk com.fr asso.fr gouv.fr nom.fr prd.fr tm.fr
co.at or.at com.de com.es org.es nom.es com.pl net.pl org.pl com.pt com.gr com.ro co.it co.il
com.tr com.au net.au org.au co.nz net.nz co.jp ne.jp or.jp com.br com.mx com.ar com.cn com.hk
com.sg com.tw co.in co.za co.kr com.ua eu.com fr.eu.org eu.org uk.com de.com
github.io gitlab.io netlify.app vercel.app pages.dev web.app firebaseapp.com herokuapp.com
azurewebsites.net cloudfront.net amazonaws.com duckdns.org no-ip.org wordpress.com blogspot.com
"""
_NOBODYS = "local localhost localdomain internal intranet lan home corp onion arpa invalid test"


def runs_the_space(duties: Iterable[Duty], *, is_park: bool) -> bool:
    """Return True if the duties include the administration of the (whole) space."""
    held = [duty for duty in duties if duty.role == ADMINISTRATOR]
    return any(not is_park or duty.company_id is None for duty in held)


def check_runs_the_space(duties: Iterable[Duty], *, is_park: bool) -> None:
    """Let only administrators go on; in a park those of the whole of it. Raises NotAllowed."""
    held = [duty for duty in duties if duty.role == ADMINISTRATOR]
    if not held:
        raise NotAllowed(_("L’administration de l’espace peut faire cela, pas votre compte."))
    if is_park and all(duty.company_id is not None for duty in held):
        raise NotAllowed(_("Seule l’administration de tout le parc peut faire cela."))


def check_moves(tenant: Tenant, slug: str, *, moves: int) -> None:
    """Raise Refused for a move to the present address, or above the monthly limit of moves."""
    if slug == tenant.slug:
        raise Refused(_("C’est déjà l’adresse de votre espace."), field="slug")
    if moves >= MOST_MOVES:
        raise Refused(
            _("L’adresse a déjà changé trois fois en 30 jours. Attendez un peu : on s’y perdrait."),
            field="slug",
        )


def check_not_deleted(tenant: Tenant) -> None:
    """Raise Refused if the space was deleted."""
    if tenant.state == Tenant.State.DELETED:
        raise Refused(_("Cet espace a été supprimé."))


def check_claims(domains: Collection[str], domain: str) -> None:
    """Raise Refused for a name already listed, or above the maximum number of names."""
    if domain in domains:
        raise Refused(_("Ce nom est déjà dans votre liste."), field="domain")
    if len(domains) >= MOST_CLAIMS:
        raise Refused(
            _("Dix noms au plus : retirez-en un d’abord."),
            field="domain",
        )


def normal_domain(typed: str, *, base: str) -> str:
    """Return a name in the form of DNS. Raises Refused for a name without a possible proof."""
    text = unicodedata.normalize("NFKC", typed).strip().lower()
    text = re.sub(r"\Ahttps?://", "", text).removesuffix("/").removesuffix(".")
    _check_is_a_name(text)
    name = _idna(text)
    _check_scripts(shown(name))  # also for a name typed in its ASCII form
    _check_shape(name)
    _check_owner(name, base=base)
    return name


def shown(domain: str) -> str:
    """Return a name as people write it, with its accents."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def is_spelt_otherwise(domain: str) -> bool:
    """Return True if a name has letters beyond a to z, easily mistaken for others."""
    return any(label.startswith("xn--") for label in domain.split("."))


def record_name(domain: str) -> str:
    """Return the name of the proof's DNS record."""
    return f"_troovon.{domain}"


def record_value(claim: DomainClaim) -> str:
    """Return the value of the proof's DNS record."""
    return f"{_PROOF}{claim.proof}"


def lacks(claim: DomainClaim, texts: Collection[str]) -> str:
    """Return the fault in the response from DNS: empty, no proof, or another proof."""
    words = {text.strip() for text in texts}
    if record_value(claim) in words:
        return ""
    return OTHER if any(word.startswith(_PROOF) for word in words) else ABSENT


def is_due(claim: DomainClaim, *, at: dt.datetime) -> bool:
    """Return True if a name is due for a check; the intervals grow until automatic checks end."""
    if claim.checked_at is None:
        return True
    since = at - claim.checked_at
    if claim.state == DomainClaim.State.PROVEN:
        return since >= (LATEST if claim.missing_since else RECHECKED_AFTER)
    age = at - claim.asked_at
    return age < WAITS_FOR and since >= min(LATEST, max(SOONEST, age / 4))


def is_lost(claim: DomainClaim, *, at: dt.datetime) -> bool:
    """Return True if a proof has been missing for too long."""
    return claim.missing_since is not None and at - claim.missing_since >= MISSED_FOR


def _check_is_a_name(text: str) -> None:
    if not text:
        raise Refused(_("Écrivez un nom de domaine."), field="domain")
    _check_is_no_ip(text)
    if any(sign in "@/:\\?#*,;_%[]\"'<>" or sign.isspace() for sign in text) or not all(
        sign.isprintable() for sign in text
    ):
        raise Refused(_("Écrivez le nom seul, comme espace.votre-entreprise.fr."), field="domain")


def _check_is_no_ip(text: str) -> None:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return
    raise Refused(_("C’est une adresse IP\u00a0: il faut un nom de domaine."), field="domain")


def _check_scripts(text: str) -> None:
    """Raise Refused for a label with mixed alphabets, because a letter may look like another."""
    for label in text.split("."):
        alphabets = {
            unicodedata.name(sign, "?").partition(" ")[0] for sign in label if _is_alphabetic(sign)
        }
        if len(alphabets) > 1:
            raise Refused(
                _("Ce nom mêle plusieurs alphabets : une lettre y passe pour une autre."),
                field="domain",
            )


def _is_alphabetic(sign: str) -> bool:
    return unicodedata.category(sign).startswith("L")


def _idna(text: str) -> str:
    try:
        name = text.encode("idna").decode("ascii")
        name.encode("ascii").decode("idna")
    except UnicodeError:
        name = ""
    if not name or len(name) > LONGEST_NAME:
        raise Refused(
            _("Un nom de domaine compte 253 signes au plus, et 63 entre deux points."),
            field="domain",
        )
    return name


def _check_shape(name: str) -> None:
    labels = name.split(".")
    if not all(len(label) <= LONGEST_LABEL and _LABEL.match(label) for label in labels):
        raise Refused(
            _("Un nom de domaine s’écrit avec des lettres, des chiffres et des tirets."),
            field="domain",
        )
    if len(labels) == 1 or not re.match(r"[a-z]", labels[-1]):
        raise Refused(
            _("Il faut un nom complet, comme espace.votre-entreprise.fr."), field="domain"
        )


def _check_owner(name: str, *, base: str) -> None:
    top = name.rpartition(".")[2]
    if name == base or name.endswith(f".{base}"):
        raise Refused(
            _("Ce nom est à Troovon : pour changer de sous-domaine, changez d’adresse."),
            field="domain",
        )
    if top in _NOBODYS.split():
        raise Refused(_("Ce nom n’existe pas sur Internet : le DNS n’en dit rien."), field="domain")
    if name in _SHARED.split():
        raise Refused(
            _("Ce nom est partagé par beaucoup d’entreprises : écrivez le vôtre en entier."),
            field="domain",
        )
