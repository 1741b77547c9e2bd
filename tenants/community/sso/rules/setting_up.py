"""Rules for setting up a provider: by whom, of which issuer and domains, and when it opens."""

import datetime as dt
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.web import outgoing
from tenants.community.sso.models import Provider
from tenants.community.sso.rules.signing_in import GOOGLE, WELL_KNOWN
from tenants.spaces.rules.addresses import ADMINISTRATOR, check_runs_the_space

MOST_PROVIDERS = 5
PROPOSED_FOR = dt.timedelta(days=7)
_EVERYBODYS = (
    *("appleid.apple.com", "gitlab.com", "www.facebook.com", "www.linkedin.com"),
    *("accounts.google.com", "login.live.com", "account.live.com", "www.paypal.com"),
)
_OF_PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # Microsoft's personal accounts


def normal_issuer(typed: str, *, local: Collection[str]) -> str:
    """Return an issuer as it is stored. Raises Refused for an issuer with accounts open to all."""
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
    """Raise Refused if the provider has not passed a test yet."""
    if provider.tested_at is None:
        raise Refused(_("Testez d’abord la connexion."))


def must_wait(provider: Provider, others: Collection[int], *, at: dt.datetime) -> bool:
    """Return True if another administrator must still confirm that it becomes compulsory."""
    fresh = provider.proposed_at is not None and at - provider.proposed_at < PROPOSED_FOR
    return bool(others) and not (fresh and provider.proposed_by_id in others)


def check_is_off(provider: Provider) -> None:
    """Raise Refused to remove a provider still in use for signing in."""
    if provider.mode != Provider.Mode.OFF:
        raise Refused(_("Éteignez d’abord la connexion par l’entreprise."))


def check_sets_up(duties: Collection[Duty], company_id: int | None, *, is_park: bool) -> None:
    """Raise NotAllowed unless a person administers the owner of a provider.

    The administration of a whole park identifies no company's employees.
    """
    if company_id is None or not is_park:
        check_runs_the_space(duties, is_park=is_park)
    elif Duty(ADMINISTRATOR, company_id) not in duties:
        raise NotAllowed(_("Seule l’administration de cette entreprise peut faire cela."))


def owners(duties: Iterable[Duty], *, is_park: bool) -> list[int | None]:
    """Return the owners whose providers a person sets up: None is the whole space."""
    held = {duty.company_id for duty in duties if duty.role == ADMINISTRATOR}
    if not held:
        raise NotAllowed(_("L’administration de l’espace peut faire cela, pas votre compte."))
    return sorted(held, key=lambda one: one or 0) if is_park else [None]


def check_has_room(many: int) -> None:
    """Raise Refused above the limit of providers of an owner."""
    if many >= MOST_PROVIDERS:
        raise Refused(_("Cinq fournisseurs au plus : retirez d’abord celui qui ne sert plus."))
