"""Each council of the space with its terms, and what its account means for it."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing.councils.queries.forecast import ToBank, to_bank
from billing.councils.queries.own import CouncilStanding, changes_here, councils_here, terms_here
from billing.councils.queries.terms import TermsRow
from billing.ledger.queries import seller as sellers
from billing.models import OwnAccountChange, OwnPayout
from billing.stripe.queries.calls import CallPage, calls_of_councils
from billing.wording import onward, requirements
from saas.accounts.models import User
from saas.kernel import schema
from saas.kernel.display.writing import shortdate

GOING_ON = ("asked", "confirmed")


class Situation(NamedTuple):
    """How an account stands: in a few words, what it means, and what comes next."""

    words: str
    tone: str
    text: str
    next_text: str


class CouncilDesk(NamedTuple):
    """A council, the versions of its terms, and how its account stands."""

    council: CouncilStanding
    terms: list[TermsRow]
    account: Situation

    @property
    def offered(self) -> TermsRow | None:
        """The terms that wait for a signature."""
        return next((terms for terms in self.terms if terms.is_offered), None)

    @property
    def waits_for_first_answer(self) -> bool:
        """Whether no terms were ever accepted, so that nothing can leave."""
        return not any(terms.accepted_at for terms in self.terms)

    @property
    def in_force(self) -> TermsRow | None:
        """The terms that sales are counted under now."""
        return next((terms for terms in self.terms if terms.is_in_force), None)


class ToDo(NamedTuple):
    """Something that only the treasurer can do."""

    text: str
    action: str
    url_name: str


def desks(*, at: dt.datetime, user: User | None = None) -> list[CouncilDesk]:
    """Return the councils of this space, each with its terms and its account.

    The one that speaks for `user` is their own.
    """
    versions = terms_here(at=at)
    return [
        CouncilDesk(council, versions.get(council.reference, []), situation_of(council))
        for council in councils_here(user)
    ]


def desk_of(reference: str, *, at: dt.datetime) -> CouncilDesk | None:
    """Return one council of this space."""
    return next((desk for desk in desks(at=at) if desk.council.reference == reference), None)


def changes_going_on() -> dict[str, OwnAccountChange]:
    """Return the replacements that are not over, by council."""
    going_on = (change for change in changes_here() if change.state in GOING_ON)
    return {change.council_reference: change for change in going_on}


def changes_past() -> dict[str, list[tuple[OwnAccountChange, str]]]:
    """Return the replacements that are over, newest first, by council, each with what follows."""
    past: dict[str, list[tuple[OwnAccountChange, str]]] = {}
    for change in changes_here():
        if change.state not in GOING_ON:
            told = onward.of_change(
                change.state, asked_at=change.asked_at, confirmed_at=change.confirmed_at
            )
            past.setdefault(change.council_reference, []).append((change, told))
    return past


def asked_of(change: OwnAccountChange | None) -> list[str]:
    """Return what Stripe asks of the account that is to take the other's place."""
    return requirements.in_words(change.new_account_requirements) if change else []


def seller() -> dict[str, str]:
    """Return who offers the terms, as papers say it."""
    return sellers.seller()


def refused_payouts(found: Iterable[CouncilDesk]) -> dict[str, ToBank]:
    """Return the last payment to the bank of each council whose bank refused it, by council."""
    named = [desk.council.refused_payout for desk in found if desk.council.refused_payout]
    if not named:
        return {}
    refused = OwnPayout.objects.filter(stripe_id__in=named)
    return {one.council_reference: to_bank(one) for one in refused}


def accounts_being_opened(found: Iterable[CouncilDesk], *, at: dt.datetime) -> dict[str, CallPage]:
    """Return how the call stands that opens an account, by council, where it is not done."""
    without = [desk.council.reference for desk in found if desk.council.may_open_account]
    with schema.in_public():
        return calls_of_councils("account", without, at=at)


def new_accounts_being_opened(
    going_on: Iterable[OwnAccountChange], *, at: dt.datetime
) -> dict[str, CallPage]:
    """Return how the call stands that opens the account of a replacement, by council."""
    waiting = [
        one.council_reference for one in going_on if one.confirmed_at and not one.new_account
    ]
    with schema.in_public():
        return calls_of_councils("change", waiting, at=at)


def what_comes_first(desk: CouncilDesk | None) -> str:
    """Say what a council has to do or to be before anything can reach it, if anything."""
    if desk is None:
        return ""
    if desk.council.account_state == "no_legal_personality":
        return _("dès que le CSE a la personnalité morale et un compte")
    has_account = desk.council.account_state == "active"
    if not desk.waits_for_first_answer:
        return "" if has_account else _("dès que le compte du CSE est actif")
    if has_account:
        return _("dès que les conditions sont acceptées")
    return _("dès que les conditions sont acceptées et le compte actif")


def in_a_sentence(words: str) -> str:
    """Write words as they stand inside a sentence, without their capital."""
    return words[:1].lower() + words[1:]


def to_do(found: Iterable[CouncilDesk]) -> list[ToDo]:
    """Return what the treasurer is waited for."""
    return [todo for desk in found for todo in _to_do_of(desk)]


def _to_do_of(desk: CouncilDesk) -> list[ToDo]:
    name = {"council": desk.council.name}
    waited = []
    if desk.council.refused_payout:
        text = _("%(council)s\u00a0: la banque a refusé le dernier virement.") % name
        waited.append(ToDo(text, _("Voir ce qu’il faut faire"), "council:account"))
    if desk.offered:
        text = _("%(council)s\u00a0: des conditions attendent votre signature.") % name
        waited.append(ToDo(text, _("Lire et accepter"), "council:terms"))
    if desk.council.may_open_account:
        text = _("%(council)s\u00a0: la part attend un compte où arriver.") % name
        waited.append(ToDo(text, _("Ouvrir le compte"), "council:account"))
    elif desk.account.tone == "bad":
        told = {**name, "state": in_a_sentence(desk.account.words)}
        text = _("%(council)s\u00a0: %(state)s.") % told
        waited.append(ToDo(text, _("Voir ce qu’il faut faire"), "council:account"))
    elif desk.account.tone != "ok" and desk.council.may_be_completed:
        waited.append(ToDo(_to_complete(desk.council), _("Compléter le compte"), "council:account"))
    return waited


def _to_complete(council: CouncilStanding) -> str:
    """Say what Stripe asks of an account that works, or that one has yet to be completed."""
    told = {"council": council.name, "until": _until(council), "what": _what(council)}
    if council.account_state == "active" and council.asked:
        return _("%(council)s\u00a0: Stripe demande %(until)s %(what)s.") % told
    return _("%(council)s\u00a0: le compte est à compléter.") % told


def situation_of(council: CouncilStanding) -> Situation:
    """Say in the reader's words how an account stands."""
    return _SITUATIONS[council.account_state](council)


def _what(council: CouncilStanding) -> str:
    return ", ".join(council.asked) or _("une information de plus")


def _until(council: CouncilStanding) -> str:
    """Say until when Stripe waits, as it stands inside a sentence."""
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
        % {"what": _what(council)},
        _("Reprenez là où vous en étiez\u00a0: la part attend, rien n’est perdu."),
    )


def _active(council: CouncilStanding) -> Situation:
    if council.payouts_state != "active":
        return Situation(
            _("Compte actif, banque à vérifier"),
            "warn",
            _("L’argent arrive sur le compte, mais ne peut pas quitter Stripe."),
            _("Stripe demande\u00a0: %(what)s. Le virement reprend dès que c’est vérifié.")
            % {"what": _what(council)},
        )
    if council.account_needs != "nothing":
        return Situation(
            _("Compte actif, réponses attendues"),
            "warn",
            _("L’argent arrive. Stripe demande %(until)s\u00a0: %(what)s.")
            % {"until": _until(council), "what": _what(council)},
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
        % {"until": _until(council), "what": _what(council)},
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
