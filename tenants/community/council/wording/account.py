"""Texts on the situation of a council's account: the cause and the next step."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.councils.queries.own import CouncilStanding
from billing.models import Council
from saas.kernel.display.writing import shortdate


class Situation(NamedTuple):
    """The situation of an account: a short label, its meaning, and the next step."""

    words: str
    tone: str
    text: str
    next_text: str


def in_a_sentence(words: str) -> str:
    """Return a label for use inside a sentence, without its capital letter."""
    return words[:1].lower() + words[1:]


def situation_of(council: CouncilStanding) -> Situation:
    """Return the texts on the situation of an account."""
    return _SITUATIONS[council.account_state](council)


def requirement_words(council: CouncilStanding) -> str:
    """Return the list of Stripe's requirements as text."""
    return ", ".join(council.requirements) or _("une information de plus")


def until_words(council: CouncilStanding) -> str:
    """Return Stripe's deadline, for use inside a sentence."""
    if council.account_needs == "past_due":
        return _("depuis trop longtemps")
    if council.deadline_at is None:
        return _("sans date fixée")
    return _("avant le %(day)s") % {"day": shortdate(council.deadline_at)}


def _none(_council: CouncilStanding) -> Situation:
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


def _no_legal_personality(council: CouncilStanding) -> Situation:
    following = _(
        "Dès que le CSE l’acquiert, dites-le ici avec l’effectif des douze derniers "
        "mois\u00a0: le compte pourra être ouvert le jour où Troovon l’a noté."
    )
    if council.personality_asked_at:
        following = _(
            "Demandé le %(day)s\u00a0: Troovon vérifie et répond sous deux jours ouvrés."
        ) % {"day": shortdate(council.personality_asked_at)}
    return Situation(
        _("Sans personnalité morale"),
        "warn",
        _(
            "Sous 50 salariés, un CSE n’a pas la personnalité morale\u00a0: il ne peut pas avoir "
            "de compte. Sa part est inscrite au registre et l’attend, sans limite de temps."
        ),
        following,
    )


def _created(_council: CouncilStanding) -> Situation:
    return Situation(
        _("Compte créé, à compléter"),
        "warn",
        _("Le compte existe chez Stripe, qui ne sait encore rien du CSE."),
        _("Répondez à ses questions\u00a0: vous pouvez vous arrêter et reprendre plus tard."),
    )


def _onboarding(council: CouncilStanding) -> Situation:
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
        _("Pour que l’argent puisse arriver, Stripe demande\u00a0: %(what)s.")
        % {"what": requirement_words(council)},
        _("Reprenez là où vous en étiez\u00a0: la part attend, rien n’est perdu."),
    )


def _active(council: CouncilStanding) -> Situation:
    if council.payouts_state != Council.PayoutsState.ACTIVE:
        return Situation(
            _("Compte actif, banque à vérifier"),
            "warn",
            _("L’argent arrive sur le compte, mais ne peut pas quitter Stripe."),
            _("Stripe demande\u00a0: %(what)s. Le virement reprend dès que c’est vérifié.")
            % {"what": requirement_words(council)},
        )
    if council.account_needs != "nothing":
        return Situation(
            _("Compte actif, réponses attendues"),
            "warn",
            _("L’argent arrive. Stripe demande %(until)s\u00a0: %(what)s.")
            % {"until": until_words(council), "what": requirement_words(council)},
            _("Répondez avant cette date, sans quoi le compte serait bloqué."),
        )
    return Situation(
        _("Compte ouvert et actif"),
        "ok",
        _("Chaque part y arrive d’elle-même à la fin de sa retenue, puis part à votre banque."),
        _("Vous n’avez rien à faire. Un e-mail annonce chaque reversement."),
    )


def _restricted(council: CouncilStanding) -> Situation:
    return Situation(
        _("Compte bloqué par Stripe"),
        "bad",
        _(
            "L’argent ne peut plus y arriver\u00a0: la part attend au registre. "
            "Stripe demande %(until)s\u00a0: %(what)s."
        )
        % {"until": until_words(council), "what": requirement_words(council)},
        _(
            "Ouvrez la page de Stripe et répondez. "
            "Le blocage tombe dès que la réponse est vérifiée."
        ),
    )


def _rejected(_council: CouncilStanding) -> Situation:
    return Situation(
        _("Compte refusé par Stripe"),
        "bad",
        _("Stripe ne veut pas tenir ce compte. La part reste inscrite au registre et attend."),
        _(
            "Deux personnes élues peuvent le faire remplacer par un autre compte, ci-dessous. "
            "Troovon vous écrit aussi, sous deux jours ouvrés."
        ),
    )


def _unsupported(_council: CouncilStanding) -> Situation:
    return Situation(
        _("Compte impossible pour l’instant"),
        "bad",
        _("Stripe ne sait pas tenir un compte pour ce CSE. La part reste inscrite au registre."),
        _(
            "Deux personnes élues peuvent le faire remplacer par un autre compte, ci-dessous. "
            "Troovon vous écrit aussi, sous deux jours ouvrés."
        ),
    )


def _closed(_council: CouncilStanding) -> Situation:
    return Situation(
        _("Compte fermé"),
        "bad",
        _("Plus rien ne peut y arriver\u00a0: la part attend au registre. Le passé y reste."),
        _("Deux personnes élues peuvent le faire remplacer par un autre compte, ci-dessous."),
    )


_SITUATIONS: dict[str, Callable[[CouncilStanding], Situation]] = {
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


def what_comes_first(account_state: str, *, waits_for_terms: bool, is_confirmed: bool) -> str:
    """Return the first condition that a council must meet before it can receive money, if any."""
    if not is_confirmed:
        return _("dès que l’élection du CSE est confirmée")
    if account_state == Council.AccountState.NO_LEGAL_PERSONALITY:
        return _("dès que le CSE a la personnalité morale et un compte")
    has_account = account_state == Council.AccountState.ACTIVE
    if not waits_for_terms:
        return "" if has_account else _("dès que le compte du CSE est actif")
    if has_account:
        return _("dès que les conditions sont acceptées")
    return _("dès que les conditions sont acceptées et le compte actif")


def bank_refused(council: str) -> str:
    """Return the notice that the last payout to a council's bank was refused."""
    return _("%(council)s\u00a0: la banque a refusé le dernier virement.") % {"council": council}


def terms_wait(council: str) -> str:
    """Return the notice that terms are pending the council's signature."""
    return _("%(council)s\u00a0: des conditions attendent votre signature.") % {"council": council}


def minutes_wait(council: str) -> str:
    """Return that a council's election is not confirmed."""
    return _("%(council)s\u00a0: l’élection du CSE est à confirmer, la part attend.") % {
        "council": council
    }


def share_waits_for_account(council: str) -> str:
    """Return the notice that a council has money and no account."""
    return _("%(council)s\u00a0: la part attend un compte où arriver.") % {"council": council}


def account_is_blocked(council: str, situation: Situation) -> str:
    """Return the notice that a council's account cannot receive money, with its state."""
    values = {"council": council, "state": in_a_sentence(situation.words)}
    return _("%(council)s\u00a0: %(state)s.") % values


def to_complete(council: CouncilStanding) -> str:
    """Return the notice on Stripe's requirements, or on an incomplete account."""
    words = {"until": until_words(council), "what": requirement_words(council)}
    values = {"council": council.name, **words}
    if council.account_state == Council.AccountState.ACTIVE and council.requirements:
        return _("%(council)s\u00a0: Stripe demande %(until)s %(what)s.") % values
    return _("%(council)s\u00a0: le compte est à compléter.") % values
