"""Rules of joining and administering, and of how long links last."""

import datetime as dt
import secrets
from collections.abc import Collection
from typing import NamedTuple

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.display.writing import num, shortdate
from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from tenants.community.members.models import (
    CompanyClaim,
    Departure,
    Invitation,
    JoinRequest,
    Profile,
    Role,
)

LONGEST_ROLE = dt.timedelta(days=3 * 366)
JOINING = "join"
GIVEN_ROLES = (
    Role.Kind.TREASURER,
    Role.Kind.SECRETARY,
    Role.Kind.COUNCIL,
    Role.Kind.MODERATOR,
    Role.Kind.KIOSK_MANAGER,
    Role.Kind.ADMINISTRATOR,
)

CONFIRMATION = dt.timedelta(hours=24)
RETENTION_AFTER_EXPIRY = dt.timedelta(days=30)
MAILED_WITHIN = dt.timedelta(minutes=5)
STILL_WORTH_MAILING = dt.timedelta(days=2)
MOST_USES = 5_000
MOST_DAYS = 365
TRY_SECONDS = 15 * 60
REQUESTS_OF_A_NETWORK = 1_000
# On its launch day a whole office opens the poster's link, each person twice, from a single
# address.
CODES_OF_A_NETWORK = 4_000

NEWCOMER = dt.timedelta(days=14)
FIELDS = ("picture", "team", "site", "about", "languages", "offers", "thanks")
WORDED = frozenset({"picture", "team", "about", "languages"})

_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH = 12
_MOST_DOMAINS_NAMED = 3


class Placed(NamedTuple):
    """A new member's company; a merely claimed company needs confirmation."""

    company_id: int | None
    is_proven: bool


def check_has_role(roles: Collection[str], *wanted: str) -> None:
    """Raise NotAllowed if a person has no wanted role."""
    if not set(wanted) & set(roles):
        raise NotAllowed(
            _("Cette page est réservée à l’administration de l’espace. Demandez-lui un accès.")
        )


def check_administers(duties: Collection[Duty], company_id: int | None) -> None:
    """Raise NotAllowed unless a person administers the whole space or the company."""
    check_has_role([duty.role for duty in duties], Role.Kind.ADMINISTRATOR)
    companies = {duty.company_id for duty in duties if duty.role == Role.Kind.ADMINISTRATOR}
    if not companies & {None, company_id}:
        raise NotAllowed(
            _(
                "Vous administrez une seule entreprise : pour les autres, "
                "demandez à l’administration de tout l’espace."
            )
        )


def check_is_theirs(scope: frozenset[int] | None, company_id: int | None) -> None:
    """Raise NotAllowed for a person of a company outside the administrator's scope."""
    if scope is not None and company_id not in scope:
        raise NotAllowed(
            _("Cette personne travaille pour une autre entreprise que celle que vous administrez.")
        )


def check_stays_in_company(now: int | None, wanted: int | None) -> None:
    """Raise Refused if members change their own company: they would see another company's items."""
    if now is not None and wanted != now:
        raise Refused(
            _("Pour changer d’entreprise, demandez à l’administration de l’espace."),
            field="company_id",
        )


def check_domain(email: str, domains: Collection[str]) -> None:
    """Refuse an address outside the domains that the space has proven."""
    if email.rpartition("@")[2] in domains:
        return
    if not domains:
        raise Refused(
            _(
                "Ici, on entre par invitation : demandez un lien "
                "à l’administration de votre espace."
            ),
            field="email",
        )
    named = get_text_list([f"@{name}" for name in sorted(domains)[:_MOST_DOMAINS_NAMED]], _("ou"))
    raise Refused(
        _(
            "Cette adresse n’ouvre pas cet espace. Écrivez votre adresse en %(domains)s, "
            "ou demandez un lien d’invitation à l’administration de votre espace."
        )
        % {"domains": named},
        field="email",
    )


def check_invitation(invitation: Invitation | None, at: dt.datetime) -> Invitation:
    """Return the invitation if it is valid. Raises Refused."""
    if invitation is None:
        raise Refused(
            _("Ce lien d’invitation n’existe pas ici. Vérifiez-le, ou demandez-en un nouveau.")
        )
    if invitation.withdrawn_at is not None:
        raise Refused(
            _(
                "Ce lien d’invitation a été retiré. "
                "Demandez-en un nouveau à la personne qui vous l’a donné."
            )
        )
    if invitation.expires_at <= at:
        raise Refused(
            _(
                "Ce lien d’invitation a expiré. "
                "Demandez-en un nouveau à la personne qui vous l’a donné."
            )
        )
    if invitation.uses >= invitation.most_uses:
        raise Refused(
            _(
                "Ce lien d’invitation a déjà servi autant de fois que prévu. "
                "Demandez-en un nouveau à la personne qui vous l’a donné."
            )
        )
    return invitation


def check_confirmable(request: JoinRequest | None, at: dt.datetime) -> JoinRequest:
    """Return the request that a confirmation belongs to, while it may be confirmed."""
    if request is None:
        raise Refused(
            _(
                "Ce lien de confirmation n’ouvre rien ici. "
                "Recommencez depuis la page pour rejoindre l’espace."
            )
        )
    if request.confirmed_at is not None:
        raise Refused(_("Ce lien a déjà servi : votre compte existe. Connectez-vous."))
    if request.expires_at <= at and request.invited_by_id is not None:
        raise Refused(
            _(
                "Cette invitation a expiré. Demandez-en une nouvelle à l’administration de votre "
                "espace."
            )
        )
    if request.expires_at <= at:
        raise Refused(_("Ce lien de confirmation a expiré. Recommencez : il en part un nouveau."))
    return request


def check_is_new_here(known: User | None) -> None:
    """Refuse a second account for an address."""
    if known is None:
        return
    if not known.is_active:
        raise Refused(_("Ce compte a été fermé. Adressez-vous à l’administration de votre espace."))
    raise Refused(_("Cette adresse a déjà un compte ici. Connectez-vous."))


def check_company(company_id: int | None, companies: Collection[int]) -> int | None:
    """Return a person's company: the only company, or their choice among those of the park."""
    if len(companies) == 1:
        return next(iter(companies))
    if companies and company_id not in companies:
        raise Refused(_("Choisissez votre entreprise."), field="company_id")
    return company_id


def place(
    *,
    of_domain: int | None,
    of_invitation: int | None,
    chosen: int | None,
    companies: Collection[int],
) -> Placed:
    """Return a person's company: of their address's proven domain, else of the invitation.

    Without either, the chosen company is only a claim. An invitation may be passed on, a mailbox
    may not: so the domain takes precedence. Raises Refused if a required choice is missing.
    """
    if len(companies) == 1:
        return Placed(next(iter(companies)), is_proven=True)
    for proven in (of_domain, of_invitation):
        if proven is not None and proven in companies:
            return Placed(proven, is_proven=True)
    return Placed(check_company(chosen, companies), is_proven=False)


def check_may_claim(before: CompanyClaim | None) -> None:
    """Refuse to ask a company again that has said no."""
    if before is not None and before.state == CompanyClaim.State.REFUSED:
        raise Refused(
            _(
                "L’administration de cette entreprise a répondu non. Si c’est une erreur, "
                "parlez-lui-en\u00a0: elle peut encore confirmer."
            ),
            field="company_id",
        )


def check_claim(claim: CompanyClaim | None) -> CompanyClaim:
    """Return the claim that an administrator answers. Raises Refused once it is over."""
    answerable = {CompanyClaim.State.WAITING, CompanyClaim.State.REFUSED}
    if claim is None or claim.state not in answerable:
        raise Refused(_("Cette demande a déjà reçu sa réponse, ou a été retirée."))
    return claim


def check_is_not_oneself(by: int, of: int) -> None:
    """Raise NotAllowed if administrators confirm their own company."""
    if by == of:
        raise NotAllowed(_("Une autre personne de l’administration confirme votre entreprise."))


def check_thanks_another(receiver_id: int, giver_id: int) -> None:
    """Raise Refused if the giver of thanks is the receiver."""
    if receiver_id == giver_id:
        raise Refused(_("On ne se remercie pas soi-même."))


def check_site(site_id: int | None, sites: Collection[int]) -> None:
    """Refuse a site of elsewhere."""
    if site_id is not None and site_id not in sites:
        raise Refused(_("Choisissez un site de la liste."), field="site_id")


def check_extent(uses: int, days: int) -> None:
    """Raise Refused for an invitation with too few or too many uses or days."""
    if not 1 <= uses <= MOST_USES:
        raise Refused(
            _("Un lien sert de 1 à %(most)s fois.") % {"most": num(MOST_USES)}, field="uses"
        )
    if not 1 <= days <= MOST_DAYS:
        raise Refused(
            _("Un lien dure de 1 à %(most)s jours.") % {"most": num(MOST_DAYS)}, field="days"
        )


def check_role_is_given_here(role: str) -> None:
    """Refuse a role that this page does not give."""
    if role not in GIVEN_ROLES:
        raise Refused(_("Choisissez un rôle de la liste."), field="role")


def check_role_end(ends_on: dt.date | None, *, of_council: bool, today: dt.date) -> None:
    """Raise Refused if a role's last day is past, too far away, or of a role of the council."""
    if ends_on is None:
        return
    if of_council:
        raise Refused(_("Le CSE décide de la fin de ses rôles."), field="ends_on")
    last = today + LONGEST_ROLE
    if not today <= ends_on <= last:
        raise Refused(
            _("Choisissez un jour d’aujourd’hui au %(last)s.") % {"last": shortdate(last)},
            field="ends_on",
        )


def check_leaves_an_administrator(role: str, others: int) -> None:
    """Refuse to take the role from the last administrator."""
    if role == Role.Kind.ADMINISTRATOR and others == 0:
        raise Refused(
            _(
                "C’est la dernière personne qui administre l’espace. "
                "Donnez d’abord ce rôle à quelqu’un d’autre."
            )
        )


def check_is_not_erased(person: User) -> None:
    """Raise Refused if the account to reopen belongs to an erased person."""
    if person.is_erased:
        raise Refused(_("Cette personne a été effacée\u00a0: il n’y a plus rien à rouvrir."))


def check_is_not_of_council(seats: Collection[Role]) -> None:
    """Raise Refused if an administrator alone closes the account of a council's member."""
    if seats:
        raise Refused(
            _(
                "Cette personne tient un rôle du CSE\u00a0: son compte se ferme quand une autre "
                "personne du CSE le confirme. Faites-en la demande, elles en sont prévenues."
            )
        )


def check_has_left(departure: Departure | None) -> Departure:
    """Refuse to reopen an account that was never closed."""
    if departure is None:
        raise Refused(_("Ce compte est ouvert : il n’y a rien à rouvrir."))
    return departure


def fields_shown(profile: Profile, *, own: bool, same_company: bool) -> frozenset[str]:
    """Return the visible fields of a card; its member sees all fields.

    Text and pictures hidden by moderation are invisible to others.
    """
    if own:
        return frozenset(FIELDS)
    fit = {Profile.Seen.SPACE, Profile.Seen.COMPANY} if same_company else {Profile.Seen.SPACE}
    shown = {name for name in FIELDS if getattr(profile, f"{name}_seen") in fit}
    return frozenset(shown - WORDED if profile.hidden_at is not None else shown)


def team_on_cards(profile: Profile) -> str:
    """Return the team beside a name in lists: for the whole space, or not at all."""
    shown = profile.team_seen == Profile.Seen.SPACE and profile.hidden_at is None
    return profile.team if shown else ""


def is_newcomer(joined_at: dt.datetime, *, at: dt.datetime) -> bool:
    """Return True if a member joined recently."""
    return joined_at > at - NEWCOMER


def new_code() -> str:
    """Return the code of an invitation: short enough to type from a poster, too long to guess."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH))


def state_of(invitation: Invitation, at: dt.datetime) -> str:
    """Return the label of an invalid invitation, else an empty text."""
    if invitation.withdrawn_at is not None:
        return _("retiré")
    if invitation.expires_at <= at:
        return _("expiré")
    if invitation.uses >= invitation.most_uses:
        return _("épuisé")
    return ""
