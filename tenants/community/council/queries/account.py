"""Each council of the space with its terms, and what its account means for it."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing import queries as billing
from billing.queries import CouncilHere, TermsRow


class Situation(NamedTuple):
    """How an account stands: in a few words, what it means, and what comes next."""

    words: str
    tone: str
    text: str
    next_text: str


class CouncilDesk(NamedTuple):
    """A council, the versions of its terms, and how its account stands."""

    council: CouncilHere
    terms: list[TermsRow]
    account: Situation

    @property
    def offered(self) -> TermsRow | None:
        """The terms that wait for a signature."""
        return next((terms for terms in self.terms if terms.is_offered), None)

    @property
    def in_force(self) -> TermsRow | None:
        """The terms that sales are counted under now."""
        return next((terms for terms in self.terms if terms.is_in_force), None)


class ToDo(NamedTuple):
    """Something that only the treasurer can do."""

    text: str
    action: str
    url_name: str


def desks(*, at: dt.datetime) -> list[CouncilDesk]:
    """Return the councils of this space, each with its terms and its account."""
    versions = billing.terms_here(at=at)
    return [
        CouncilDesk(council, versions.get(council.reference, []), situation_of(council))
        for council in billing.councils_here()
    ]


def desk_of(reference: str, *, at: dt.datetime) -> CouncilDesk | None:
    """Return one council of this space."""
    return next((desk for desk in desks(at=at) if desk.council.reference == reference), None)


def to_do(found: Iterable[CouncilDesk]) -> list[ToDo]:
    """Return what the treasurer is waited for."""
    waited = []
    for desk in found:
        name = {"council": desk.council.name}
        if desk.offered:
            text = _("%(council)s\u00a0: des conditions attendent votre signature.") % name
            waited.append(ToDo(text, _("Lire et accepter"), "council:terms"))
        if desk.council.may_open_account:
            text = _("%(council)s\u00a0: la part attend un compte où arriver.") % name
            waited.append(ToDo(text, _("Ouvrir le compte"), "council:account"))
        elif desk.account.tone != "ok" and desk.council.may_be_completed:
            text = _("%(council)s\u00a0: le compte est à compléter.") % name
            waited.append(ToDo(text, _("Compléter le compte"), "council:account"))
    return waited


def situation_of(council: CouncilHere) -> Situation:
    """Say in the reader's words how an account stands."""
    known = {
        "none": _none,
        "no_legal_personality": _no_legal_personality,
        "created": _created,
        "onboarding": _onboarding,
        "active": _active,
        "restricted": _restricted,
        "rejected": _rejected,
        "unsupported": _unsupported,
        "closed": _closed,
    }
    return known[council.account_state](council)


def _none(_council: CouncilHere) -> Situation:
    return Situation(
        _("Pas encore de compte"),
        "warn",
        _("La part du CSE est inscrite au registre et attend\u00a0: rien n’est perdu."),
        _(
            "Comptez dix minutes, avec le SIREN du CSE, une pièce d’identité et un RIB. "
            "Les questions sont posées par Stripe, l’établissement de paiement\u202f; "
            "Troovon ne voit ni la pièce ni le RIB."
        ),
    )


def _no_legal_personality(_council: CouncilHere) -> Situation:
    return Situation(
        _("Sans personnalité morale"),
        "warn",
        _(
            "Sous 50 salariés, un CSE n’a pas la personnalité morale\u00a0: il ne peut pas avoir "
            "de compte. Sa part est inscrite au registre et l’attend, sans limite de temps."
        ),
        _(
            "Dès que le CSE l’acquiert, écrivez à Troovon avec l’effectif des douze derniers "
            "mois\u00a0: le compte pourra être ouvert le jour même."
        ),
    )


def _created(_council: CouncilHere) -> Situation:
    return Situation(
        _("Compte créé, à compléter"),
        "warn",
        _("Le compte existe chez Stripe, qui ne sait encore rien du CSE."),
        _("Répondez à ses questions\u00a0: vous pouvez vous arrêter et reprendre plus tard."),
    )


def _onboarding(council: CouncilHere) -> Situation:
    if council.account_needs == "nothing":
        return Situation(
            _("Vérification en cours"),
            "warn",
            _("Stripe vérifie vos réponses, en un à deux jours ouvrés le plus souvent."),
            _("Vous n’avez rien à faire. La part part d’elle-même dès que le compte est actif."),
        )
    return Situation(
        _("Stripe attend vos réponses"),
        "warn",
        _("Il manque des informations pour que l’argent puisse arriver."),
        _("Reprenez là où vous en étiez\u00a0: la part attend, rien n’est perdu."),
    )


def _active(council: CouncilHere) -> Situation:
    if council.payouts_state != "active":
        return Situation(
            _("Compte actif, banque à vérifier"),
            "warn",
            _("La part arrive sur le compte, mais ne peut pas encore partir vers votre banque."),
            _("Vérifiez le RIB et les informations que Stripe demande."),
        )
    if council.account_needs != "nothing":
        return Situation(
            _("Compte actif, réponses attendues"),
            "warn",
            _("L’argent arrive. Stripe demande une information pour que cela continue."),
            _("Répondez avant la date que Stripe indique, sans quoi le compte serait bloqué."),
        )
    return Situation(
        _("Compte ouvert et actif"),
        "ok",
        _("Chaque part y arrive d’elle-même à la fin de sa retenue, puis part à votre banque."),
        _("Vous n’avez rien à faire. Un e-mail annonce chaque reversement."),
    )


def _restricted(_council: CouncilHere) -> Situation:
    return Situation(
        _("Compte bloqué par Stripe"),
        "bad",
        _("L’argent ne peut plus y arriver pour l’instant. La part attend au registre."),
        _(
            "Ouvrez la page de Stripe\u00a0: elle dit ce qui manque. "
            "Le blocage tombe aussitôt après."
        ),
    )


def _rejected(_council: CouncilHere) -> Situation:
    return Situation(
        _("Compte refusé par Stripe"),
        "bad",
        _("Stripe ne veut pas tenir ce compte. La part reste inscrite au registre."),
        _("Troovon vous écrit sous deux jours ouvrés pour chercher avec vous une autre voie."),
    )


def _unsupported(_council: CouncilHere) -> Situation:
    return Situation(
        _("Compte impossible pour l’instant"),
        "bad",
        _("Stripe ne sait pas tenir un compte pour ce CSE. La part reste inscrite au registre."),
        _("Troovon vous écrit sous deux jours ouvrés pour chercher avec vous une autre voie."),
    )


def _closed(_council: CouncilHere) -> Situation:
    return Situation(
        _("Compte fermé"),
        "bad",
        _("Plus rien ne peut y arriver. Ce qui a été reversé reste au registre."),
        _("Pour en ouvrir un autre, écrivez à Troovon."),
    )
