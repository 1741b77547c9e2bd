"""Proofs that a provider owes before anybody is let in by it, and the addresses that count.

An address counts only with the company's own provider, in a mail domain that the space has proven.
`email_verified: false` is refused all the same: such a provider lets people write any address into
their account, their director's too. A provider that says nothing of it (Entra ID) vouches for its
directory. At Google everybody may have an account, so `hd` must name the company's domain too.
"""

import base64
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlencode, urlsplit

import jwt
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from saas.accounts.models import User, normal_email
from saas.kernel.errors import Refused
from saas.kernel.hooks import Duty
from saas.kernel.web import outgoing
from tenants.community.sso.models import Identity, Provider
from tenants.spaces.rules.addresses import ADMINISTRATOR

PURPOSE = "oidc"
TRY_SECONDS, TRIES_OF_A_NETWORK = 15 * 60, 600
LASTS = dt.timedelta(minutes=10)
MOST_ATTEMPTS = 5
WORKED_AGAIN = dt.timedelta(minutes=5)
LEEWAY_SECONDS = 60
WELL_KNOWN = "/.well-known/openid-configuration"
# None that proves with a secret that both sides have, and not "none".
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
GOOGLE = "https://accounts.google.com"
_EVERYBODYS = (
    *("appleid.apple.com", "gitlab.com", "www.facebook.com", "www.linkedin.com"),
    *("accounts.google.com", "login.live.com", "account.live.com", "www.paypal.com"),
)
_OF_PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # Microsoft's tenant of everybody
# Who must get in when the provider does not: it is repaired, and the council is not the employer's.
_OF_THE_COUNCIL = frozenset({"council", "treasurer"})
_KEEPS_OTHER_WAYS = _OF_THE_COUNCIL | {ADMINISTRATOR}
_LONGEST_NAME, _LONGEST_SUBJECT, _LONGEST_EMAIL = 60, 255, 254
_FAULTS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.InvalidAudienceError: "audience",
    jwt.InvalidIssuerError: "issuer",
}
_LONGEST_CODE = 4000
_MOST_PARTS = 2


class BrokenError(Exception):
    """The provider did not do its part; `kind` is one of `wording.FAILURES`."""

    def __init__(self, kind: str) -> None:
        """Keep why."""
        super().__init__(kind)
        self.kind = kind


class Attempt(NamedTuple):
    """One way to the provider and back, as the session keeps it: strings and numbers alone."""

    nonce: str
    verifier: str
    back: str
    wanted: str
    is_test: bool
    begun: float


class Description(NamedTuple):
    """The addresses of a provider, as it gives them itself."""

    issuer: str
    authorize: str
    token: str
    keys: str
    userinfo: str
    by_basic: bool


class Vouched(NamedTuple):
    """Somebody for whom the provider vouches."""

    issuer: str
    subject: str
    email: str
    first_name: str
    last_name: str


def broken(kind: str) -> NoReturn:
    """Say that the provider did not do its part."""
    raise BrokenError(kind)


def normal_issuer(typed: str, *, local: Collection[str]) -> str:
    """Return an issuer as it is stored. Raises Refused for one that nobody may be believed from."""
    url = outgoing.check_url(
        typed.removesuffix("/").removesuffix(WELL_KNOWN), local=local, field="issuer"
    )
    parts = urlsplit(url)
    if parts.query:
        raise Refused(_("L’émetteur est une adresse sans paramètres."), field="issuer")
    everybodys = parts.hostname in _EVERYBODYS and url != GOOGLE
    if everybodys or _OF_PERSONAL_ACCOUNTS in parts.path:
        raise Refused(
            _("Ce fournisseur est celui de tout le monde : il ne dit pas qui est de chez vous."),
            field="issuer",
        )
    return url.rstrip("/")


def check_domains(chosen: Iterable[str], proven: Collection[str]) -> str:
    """Return the domains that a provider vouches for as they are stored. Raises Refused."""
    fit = sorted(set(chosen) & set(proven))
    if not fit:
        raise Refused(_("Choisissez au moins un domaine prouvé."), field="domains")
    return " ".join(fit)


def check_is_tested(provider: Provider) -> None:
    """Refuse to let anybody in by a provider that has let nobody in yet."""
    if provider.tested_at is None:
        raise Refused(_("Testez d’abord la connexion."))


def check_is_off(provider: Provider) -> None:
    """Refuse to remove a provider by which people come in."""
    if provider.mode != Provider.Mode.OFF:
        raise Refused(_("Éteignez d’abord la connexion par l’entreprise."))


def new_attempt(*, back: str, wanted: str, is_test: bool, at: dt.datetime) -> Attempt:
    """Return what one way to the provider and back is recognised by."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    return Attempt(nonce, verifier, back, wanted, is_test, at.timestamp())


def check_attempt(stored: Any, *, at: dt.datetime) -> Attempt:
    """Return an attempt of this session that may still come back. Raises Refused."""
    attempt = Attempt(*stored) if stored else None
    if attempt is None or at.timestamp() - attempt.begun > LASTS.total_seconds():
        begin_again()
    return attempt


def begin_again() -> NoReturn:
    """Refuse what is no answer to an attempt of this browser, or no longer one."""
    raise Refused(
        _("Cette connexion n’a pas commencé ici, a déjà servi, ou a trop attendu. Recommencez.")
    )


def check_there(provider: Provider | None) -> Provider:
    """Return the provider. Raises Refused where it was turned off or removed meanwhile."""
    if provider is None:
        raise Refused(_("La connexion par l’entreprise est éteinte ici."))
    return provider


def code_of(answer: Mapping[str, str], issuer: str) -> str:
    """Return the code that the provider led back with. Raises Refused, BrokenError."""
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
    """Return the provider's page for one attempt."""
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
    """Return the token that opens what else the provider says, as a header can hold it."""
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
    authorize, token, keys, userinfo = checked
    return Description(named, authorize, token, keys, userinfo, by_basic)


def claims_of(
    id_token: Any, keys: Iterable[Any], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any] | None:
    """Return what a token says, once all of it is proven; None where its key is not among these."""
    try:
        key = _key_for(jwt.get_unverified_header(id_token), keys)
        claims = _decoded(id_token, key, issuer=issuer, client_id=client_id) if key else None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        broken(
            next((kind for sort, kind in _FAULTS.items() if isinstance(error, sort)), "signature")
        )
    if claims is not None:
        _check_claims(claims, client_id=client_id, nonce=nonce)
    return claims


def _decoded(id_token: Any, key: jwt.PyJWK, *, issuer: str, client_id: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        id_token,
        key,
        algorithms=list(ALGORITHMS),
        audience=client_id,
        issuer=issuer,
        leeway=LEEWAY_SECONDS,
        options={
            "require": ["exp", "iat", "aud", "iss", "sub"],
            "enforce_minimum_key_length": True,
        },
    )
    return claims


def _check_claims(claims: Mapping[str, Any], *, client_id: str, nonce: str) -> None:
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        broken("audience")
    if claims.get("nonce") != nonce:
        broken("nonce")
    subject = claims["sub"]
    if not subject.isprintable() or not 0 < len(subject) <= _LONGEST_SUBJECT:
        broken("answer")


def _key_for(header: Mapping[str, Any], keys: Iterable[Any]) -> jwt.PyJWK | None:
    """Find the public key that a token names; without a name it is the only one of its sort."""
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        broken("signature")
    sort = "EC" if algorithm.startswith("ES") else "RSA"
    fit = [
        key
        for key in keys
        if isinstance(key, dict)
        and key.get("kty") == sort
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and header.get("kid") in {None, key.get("kid")}
    ]
    return jwt.PyJWK.from_dict(fit[0], algorithm) if len(fit) == 1 else None


def vouched_for(
    claims: Mapping[str, Any], *, provider: Provider, domains: Collection[str]
) -> Vouched:
    """Return whom the provider vouches for, with an address that is theirs."""
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
    return Vouched(provider.issuer, str(claims["sub"]), normal_email(email), first, last)


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
    """Refuse an address for which the company's provider does not vouch."""
    if email.rpartition("@")[2] not in domains:
        raise Refused(
            _(
                "Votre entreprise vous connaît par %(email)s, une adresse qui n’ouvre pas cet "
                "espace. Entrez par un mot de passe, un lien ou une invitation."
            )
            % {"email": email}
        )


def check_is_open(person: User) -> None:
    """Refuse somebody whose account was closed here, whatever the provider says."""
    if not person.is_active:
        raise Refused(_("Ce compte a été fermé. Adressez-vous à l’administration de votre espace."))


def check_is_not_of_the_council(duties: Iterable[Duty]) -> None:
    """Refuse whoever answers for the council's money: the employer's provider could be them."""
    if {duty.role for duty in duties} & _OF_THE_COUNCIL:
        raise Refused(
            _(
                "Le CSE n’est pas à l’employeur\u00a0: qui y siège ou tient sa trésorerie entre par"
                " un mot de passe ou un lien."
            )
        )


def check_is_unbound(identity: Identity | None) -> None:
    """Refuse whoever was given the address of a member whom the provider knows as another."""
    if identity is not None:
        raise Refused(
            _(
                "Cette adresse est celle d’un compte qu’une autre personne de votre entreprise "
                "ouvre. Si c’est le vôtre, l’administration de l’espace peut le délier."
            )
        )


def is_shut(email: str, *, domains: Collection[str], duties: Iterable[Duty], is_park: bool) -> bool:
    """Say whether an address comes in by its company alone, where that is required."""
    keeps = {
        duty.role
        for duty in duties
        if duty.role != ADMINISTRATOR or duty.company_id is None or not is_park
    }
    return email.rpartition("@")[2] in domains and not keeps & _KEEPS_OTHER_WAYS
