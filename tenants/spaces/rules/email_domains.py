"""Which mail domains may let people into a space, and how long their proof may take."""

import datetime as dt
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from saas.accounts.rules import token_for
from saas.kernel.errors import Refused
from tenants.spaces.models import EmailDomainClaim
from tenants.spaces.rules import addresses, slugs
from tenants.spaces.rules.workplaces import is_free_mail

LINK_LASTS = dt.timedelta(days=7)
RETENTION_AFTER_EXPIRY = dt.timedelta(days=30)
MAILED_WITHIN = dt.timedelta(minutes=5)
STILL_WORTH_MAILING = dt.timedelta(days=2)
MOST_OF_A_COMPANY = 20
LONGEST_MAILBOXES = 1_000
LINKS_OF_A_SPACE, LINKS_OF_A_MAILBOX = 120, 6
LINKS_COUNT_FOR_SECONDS = 3600
_PURPOSE = "mail domain"
_LONGEST_EMAIL = 254
# Latin letters without a decomposition that still look like a plain letter.
_PLAIN_TWINS = str.maketrans("ıłøđħŧɑɡɩ", "ilodhtagi")


class Mailbox(NamedTuple):
    """A normalized mail address, and its domain."""

    email: str
    domain: str


def normal_mailbox(typed: str, *, base: str) -> Mailbox:
    """Return an address in a mail domain that a space could prove to be its people's.

    `base` is the domain that spaces are under. Raises Refused beside the field `email`.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    local, _at, domain = text.rpartition("@")
    labels = domain.lower().removesuffix(".").split(".")
    if not local or len(labels) == 1 or not all(labels) or any(map(str.isspace, domain)):
        raise _not_a_whole_address()
    if labels[-len(base.split(".")) :] == base.split("."):
        raise Refused(
            _("C’est un domaine de Troovon : écrivez celui de l’entreprise."), field="email"
        )
    name = _domain(domain, base=base)
    email = f"{local.lower()}@{name}"
    try:
        validate_email(email)
    except ValidationError as error:
        raise _not_a_whole_address() from error
    if len(email) > _LONGEST_EMAIL:
        raise Refused(_("Cette adresse est trop longue pour un e-mail."), field="email")
    return Mailbox(email, name)


def check_is_no_twin(domain: str, known: Collection[str]) -> None:
    """Raise Refused for a domain with accents that looks like a known domain."""
    if not addresses.is_spelt_otherwise(domain):
        return
    looks = _skeleton_of(domain)
    twin = next((other for other in known if other != domain and _skeleton_of(other) == looks), "")
    if twin:
        raise Refused(
            _(
                "%(domain)s ressemble à s’y tromper à %(twin)s. Recopiez le domaine depuis une "
                "adresse de l’entreprise."
            )
            % {"domain": addresses.shown(domain), "twin": addresses.shown(twin)},
            field="email",
        )


def check_is_free(
    domain: str, *, company_id: int | None, held: Mapping[str, int | None], elsewhere: bool
) -> None:
    """Raise Refused for a domain already proven by this space or another space.

    `held` maps the proven domains of the space to their company. A domain of the whole park may
    still become the domain of a single company.
    """
    shown = {"domain": addresses.shown(domain)}
    if domain in held and (held[domain] is not None or company_id is None):
        is_own = held[domain] == company_id
        sentence = (
            _("%(domain)s est déjà prouvé : ses adresses entrent sans invitation.")
            if is_own
            else _(
                "%(domain)s est déjà le domaine d’une autre entreprise d’ici. "
                "Retirez-le-lui d’abord, ou demandez-le à l’administration du parc."
            )
        )
        raise Refused(sentence % shown, field="email")
    if domain not in held and elsewhere:
        raise Refused(
            _(
                "%(domain)s ouvre déjà un autre espace. Invitez ces personnes par un lien, ou "
                "demandez à l’administration de l’autre espace de retirer ce domaine."
            )
            % shown,
            field="email",
        )


def check_room(count: int) -> None:
    """Raise Refused above the maximum number of domains of a company."""
    if count >= MOST_OF_A_COMPANY:
        raise Refused(
            _("Vingt domaines au plus pour une entreprise : retirez-en un d’abord."), field="email"
        )


def check_is_not_pending(claim: EmailDomainClaim | None) -> None:
    """Refuse to ask for a domain that waits for its proof already."""
    if claim is not None and claim.confirmed_at is None:
        raise Refused(
            _(
                "%(domain)s attend déjà sa preuve : renvoyez le lien, ou annulez la demande "
                "pour écrire à une autre adresse."
            )
            % {"domain": addresses.shown(claim.domain)},
            field="email",
        )


def check_provable(claim: EmailDomainClaim | None, *, at: dt.datetime) -> EmailDomainClaim:
    """Return the claim of a mailed link while it may still prove a domain. Raises Refused."""
    if claim is None:
        raise Refused(
            _(
                "Ce lien n’ouvre rien ici : la demande a été annulée, ou un lien plus récent a "
                "été envoyé."
            )
        )
    if claim.confirmed_at is not None:
        raise Refused(_("Ce lien a déjà servi : le domaine est prouvé."))
    if claim.expires_at <= at:
        raise Refused(
            _(
                "Ce lien a expiré. Demandez à %(name)s de vous en renvoyer un, depuis les "
                "domaines e-mail de l’espace."
            )
            % {"name": person_named(claim.asked_by)}
        )
    return claim


def check_companies_apart(mailboxes: Mapping[str, Collection[Mailbox]]) -> None:
    """Refuse a domain that was given to two companies of a park; keys are their names."""
    owners: dict[str, str] = {}
    for company, boxes in mailboxes.items():
        for box in boxes:
            if owners.setdefault(box.domain, company) != company:
                raise Refused(
                    _(
                        "%(domain)s est écrit pour %(first)s et pour %(second)s : gardez-le chez "
                        "une seule. L’autre invite ses personnes par un lien."
                    )
                    % {
                        "domain": addresses.shown(box.domain),
                        "first": owners[box.domain],
                        "second": company,
                    }
                )


def person_named(by: str) -> str:
    """Return the name of the actor, without the reference in the log."""
    return by.partition(" (")[0]


def link_token(nonce: uuid.UUID) -> str:
    """Return the token of a mailed link; it is made in public, by the action and by the job."""
    return token_for(_PURPOSE, nonce)


def _not_a_whole_address() -> Refused:
    return Refused(
        _(
            "Écrivez une adresse entière de ce domaine, comme rh@votre-entreprise.fr\u00a0: c’est "
            "là que part le lien qui le prouve."
        ),
        field="email",
    )


def _domain(typed: str, *, base: str) -> str:
    try:
        name = addresses.normal_domain(typed, base=base)
    except Refused as refusal:
        raise Refused(refusal.sentence, field="email") from refusal
    _check_reads_as_latin(addresses.shown(name))
    _check_is_nobodys_post(name)
    return name


def _check_reads_as_latin(shown: str) -> None:
    """Refuse another alphabet: a whole word of it may be read as a word of ours."""
    letters = [sign for sign in shown if unicodedata.category(sign).startswith("L")]
    if not all(unicodedata.name(sign, "").startswith("LATIN") for sign in letters):
        raise Refused(
            _(
                "Ce domaine s’écrit avec des lettres d’un autre alphabet, qu’on prend pour les "
                "nôtres. Recopiez-le depuis une adresse de l’entreprise."
            ),
            field="email",
        )


def _check_is_nobodys_post(domain: str) -> None:
    """Raise Refused for the domain of an open mail provider, or a domain that looks like it."""
    labels = domain.split(".")
    parents = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    plain = _unaccented(domain) if addresses.is_spelt_otherwise(domain) else domain
    if any(is_free_mail(name) for name in (*parents, plain)):
        raise Refused(
            _(
                "%(domain)s est une messagerie ouverte à tous : n’importe qui y prend une adresse, "
                "et entrerait. Invitez ces personnes par un lien."
            )
            % {"domain": addresses.shown(domain)},
            field="email",
        )


def _unaccented(domain: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", addresses.shown(domain).translate(_PLAIN_TWINS))
    return "".join(sign for sign in taken_apart if not unicodedata.combining(sign))


def _skeleton_of(domain: str) -> str:
    return slugs.skeleton_of(_unaccented(domain))
