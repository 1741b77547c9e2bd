"""Proofs required of a provider before a sign-in, and the addresses accepted.

An address counts only with the company's own provider, in a mail domain that the space has proven.
`email_verified: false` is refused all the same: such a provider lets people write any address into
their account, their director's too. A provider without this claim (Entra ID) vouches for its
directory. Google accounts are open to all, so `hd` must name the company's domain too.
"""

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel.errors import Refused
from saas.kernel.hooks import Duty
from saas.kernel.web import outgoing
from tenants.community.sso.models import Identity, Provider
from tenants.community.sso.rules import groups
from tenants.spaces.rules.addresses import ADMINISTRATOR

PURPOSE = "oidc"
TRY_SECONDS, TRIES_OF_A_NETWORK = 15 * 60, 600
LASTS = dt.timedelta(minutes=10)
# The longest wait of our page for the provider, the oldest accepted authentication there, and the
# end of a session opened by the provider, regardless of its use.
WAITS, PROVEN_WITHIN = dt.timedelta(seconds=25), dt.timedelta(hours=12)
SESSION_LASTS = dt.timedelta(hours=12)
MOST_ATTEMPTS = 5
# A provider may know the space by its former host for so long after a move.
FORMER_HOST_FOR = dt.timedelta(days=90)
WORKED_AGAIN = dt.timedelta(minutes=5)
LEEWAY_SECONDS = 60
WELL_KNOWN = "/.well-known/openid-configuration"
GOOGLE = "https://accounts.google.com"
# Roles that can sign in without the provider: administrators repair it, and the council is
# independent of the employer.
_OF_THE_COUNCIL = frozenset({"council", "treasurer", "secretary"})
_KEEPS_OTHER_WAYS = _OF_THE_COUNCIL | {ADMINISTRATOR}
# Methods of RFC 8176 by the kind of factor: knowledge, possession, inherence.
_FACTORS = (
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"otp", "hwk", "swk", "pop", "sc", "sms", "tel"}),
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),
)
_LONGEST_NAME, LONGEST_SUBJECT, _LONGEST_EMAIL = 60, 255, 254
_LONGEST_CODE = 4000
_MOST_PARTS = 2


class BrokenError(Exception):
    """A failure of the provider; `kind` is a key of `wording.FAILURES`."""

    def __init__(self, kind: str) -> None:
        """Keep why."""
        super().__init__(kind)
        self.kind = kind


class Attempt(NamedTuple):
    """An attempt to sign in by the provider, as the session stores it: only strings and numbers."""

    nonce: str
    verifier: str
    back: str
    wanted: str
    is_test: bool
    begun: float
    provider: int = 0


class Description(NamedTuple):
    """The addresses of a provider, as it gives them itself."""

    issuer: str
    authorize: str
    token: str
    keys: str
    userinfo: str
    by_basic: bool
    names_itself: bool


class Vouched(NamedTuple):
    """A person identified by the provider."""

    issuer: str
    subject: str
    email: str
    first_name: str
    last_name: str
    acr: str = ""
    auth_time: float = 0.0
    is_strong: bool = False
    roles: list[str] | None = None


def broken(kind: str) -> NoReturn:
    """Raise BrokenError: the provider failed."""
    raise BrokenError(kind)


def new_attempt(
    provider: Provider, *, back: str, wanted: str, is_test: bool, at: dt.datetime
) -> Attempt:
    """Return the values that identify an attempt to sign in by a provider."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    return Attempt(nonce, verifier, back, wanted, is_test, at.timestamp(), provider.pk)


def check_came_back(attempt: Attempt, provider: Provider, company_id: int | None) -> None:
    """Raise Refused if an answer arrived at the address of another company's providers."""
    if attempt.provider != provider.pk or provider.company_id != company_id:
        begin_again()


def check_attempt(stored: Any, *, at: dt.datetime) -> Attempt:
    """Return an attempt of this session that may still come back. Raises Refused."""
    attempt = Attempt(*stored) if stored else None
    if attempt is None or at.timestamp() - attempt.begun > LASTS.total_seconds():
        begin_again()
    return attempt


def waited_too_long(asked_at: float, *, at: dt.datetime) -> bool:
    """Return True if an answer is no longer expected."""
    return at.timestamp() - asked_at > WAITS.total_seconds()


def metadata_key(person_id: int) -> str:
    """Return the key of the metadata that an administrator pasted last."""
    return f"metadata of {person_id}"


def begin_again() -> NoReturn:
    """Raise Refused: the answer does not belong to a current attempt of this browser."""
    raise Refused(
        _("Cette connexion n’a pas commencé ici, a déjà servi, ou a trop attendu. Recommencez.")
    )


def check_there(provider: Provider | None) -> Provider:
    """Return the provider. Raises Refused where it was turned off or removed meanwhile."""
    if provider is None:
        raise Refused(_("La connexion par l’entreprise est éteinte ici."))
    return provider


def check_described(answer: Mapping[str, Any] | None) -> None:
    """Check that the provider said where its page is. Raises Refused, BrokenError."""
    if not answer or answer.get("broken"):
        broken(answer["broken"] if answer else "silent")
    if answer.get("again"):
        begin_again()


def vouched_in(answer: Mapping[str, Any] | None) -> Vouched:
    """Return the person in the answer of a job. Raises Refused, BrokenError."""
    check_described(answer)
    return Vouched(*(answer or {})["vouched"])


def code_of(answer: Mapping[str, str], issuer: str, *, names_itself: bool) -> str:
    """Return the code that the provider led back with. Raises Refused, BrokenError.

    A provider that announces `iss` (RFC 9207) must send it: it separates several providers.
    """
    if names_itself and "iss" not in answer:
        broken("issuer")
    error = answer.get("error")
    if error == "access_denied":
        raise Refused(_("Votre entreprise n’a pas permis cette connexion."))
    if error:
        broken("silent" if error in {"server_error", "temporarily_unavailable"} else "answer")
    if answer.get("iss", issuer).rstrip("/") != issuer:
        broken("issuer")
    code = answer.get("code", "")
    return code if 0 < len(code) <= _LONGEST_CODE else broken("answer")


def page_url(description: Description, attempt: Attempt, *, client_id: str, state: str) -> str:
    """Return the provider's page for an attempt."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": attempt.back,
        "scope": "openid email profile",
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
        "max_age": str(round(PROVEN_WITHIN.total_seconds())),
    }
    joint = "&" if urlsplit(description.authorize).query else "?"
    return f"{description.authorize}{joint}{urlencode(query)}"


def read(body: bytes, kind: str) -> dict[str, Any]:
    """Read an object of JSON that the provider sent."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else broken(kind)


def bearer_of(answer: Mapping[str, Any]) -> str:
    """Return the access token for userinfo. Raises BrokenError if it is invalid in a header."""
    bearer = str(answer.get("access_token") or "")
    return bearer if bearer.isascii() and bearer.isprintable() else broken("answer")


def described(found: Mapping[str, Any], issuer: str, *, local: Collection[str]) -> Description:
    """Return the addresses that a provider gives of itself, all of them outside."""
    named = str(found.get("issuer") or "")
    if named.rstrip("/") != issuer:
        broken("issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    urls = [str(found.get(name) or "") for name in names]
    if not all(urls[:3]):
        broken("description")
    try:
        checked = [outgoing.check_url(url, local=local) if url else "" for url in urls]
    except Refused:
        broken("inside")
    methods = found.get("token_endpoint_auth_methods_supported")
    by_basic = not isinstance(methods, list) or "client_secret_basic" in methods
    names_itself = found.get("authorization_response_iss_parameter_supported") is True
    authorize, token, keys, userinfo = checked
    return Description(named, authorize, token, keys, userinfo, by_basic, names_itself)


def vouched_for(
    claims: Mapping[str, Any], *, provider: Provider, domains: Collection[str], now: float
) -> Vouched:
    """Return the person identified by the provider, with a verified address."""
    email = claims.get("email")
    if not isinstance(email, str) or not _is_email(normal_email(email)):
        broken("email")
    is_google = provider.issuer == GOOGLE
    verified = claims.get("email_verified", not is_google)
    if verified not in (True, "true"):
        broken("unverified")
    if is_google and str(claims.get("hd")) not in domains:
        broken("hosted")
    first, last = _names(claims, normal_email(email))
    acr, auth_time = _written(claims.get("acr"))[:_LONGEST_NAME], _auth_time(claims, now)
    who = (provider.issuer, str(claims["sub"]), normal_email(email))
    is_strong, roles = has_two_factors(claims.get("amr")), groups.roles_in(claims, provider)
    return Vouched(*who, first, last, acr, auth_time, is_strong, roles)


def has_two_factors(methods: Any) -> bool:
    """Return True if a provider's `amr` names two kinds of factors, or `mfa` (RFC 8176)."""
    named = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return "mfa" in named or sum(bool(named & kind) for kind in _FACTORS) > 1


def _auth_time(claims: Mapping[str, Any], now: float) -> float:
    """Return the time of a person's authentication at the provider; 0 if it is not given."""
    moment = claims.get("auth_time", 0)
    if type(moment) not in (int, float) or not 0 <= moment <= now + LEEWAY_SECONDS:
        broken("answer")
    if moment and now - moment > PROVEN_WITHIN.total_seconds() + LEEWAY_SECONDS:
        broken("stale")
    return float(moment)


def proved_at(vouched: Vouched) -> dt.datetime | None:
    """Return the time of a person's authentication at the provider, if it is given."""
    moment = vouched.auth_time
    return dt.datetime.fromtimestamp(moment, dt.UTC) if moment else None


def _is_email(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= _LONGEST_EMAIL


def _names(claims: Mapping[str, Any], email: str) -> tuple[str, str]:
    """Return a first and a last name: as given, else of the whole name, else of the address."""
    names = (_written(claims.get(name)) for name in ("given_name", "family_name", "name"))
    first, last, whole = names
    if first and last:
        return first, last
    parts = (whole or email.partition("@")[0].replace(".", " ").title()).split(" ", 1)
    return parts[0], parts[1] if len(parts) == _MOST_PARTS else parts[0]


def _written(name: Any) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in str(name or ""))
    return " ".join(plain.split())[:_LONGEST_NAME]


def check_covered(email: str, domains: Collection[str]) -> None:
    """Raise Refused if the address is outside the provider's domains."""
    if email.rpartition("@")[2] not in domains:
        raise Refused(
            _(
                "Votre entreprise vous connaît par %(email)s, une adresse qui n’ouvre pas cet "
                "espace. Entrez par un mot de passe, un lien ou une invitation."
            )
            % {"email": email}
        )


def check_is_open(person: User) -> None:
    """Raise Refused if the account was closed here, regardless of the provider."""
    if not person.is_active:
        raise Refused(_("Ce compte a été fermé. Adressez-vous à l’administration de votre espace."))


def check_is_not_of_the_council(duties: Iterable[Duty]) -> None:
    """Raise Refused for council roles: the employer's provider could impersonate them."""
    if {duty.role for duty in duties} & _OF_THE_COUNCIL:
        raise Refused(
            _(
                "Le CSE n’est pas à l’employeur\u00a0: qui y siège ou tient sa trésorerie entre par"
                " un mot de passe ou un lien."
            )
        )


def check_is_unbound(identity: Identity | None) -> None:
    """Raise Refused if the address's member is bound to another identity at the provider."""
    if identity is not None:
        raise Refused(
            _(
                "Cette adresse est celle d’un compte qu’une autre personne de votre entreprise "
                "ouvre. Si c’est le vôtre, l’administration de l’espace peut le délier."
            )
        )


def is_shut(
    email: str,
    *,
    domains: Collection[str],
    duties: Iterable[Duty],
    company_id: int | None,
    is_park: bool,
) -> bool:
    """Return True if an address must sign in by a provider of its company that is required."""
    keeps = {
        duty.role
        for duty in duties
        if duty.role != ADMINISTRATOR or duty.company_id in {None, company_id} or not is_park
    }
    return email.rpartition("@")[2] in domains and not keeps & _KEEPS_OTHER_WAYS
