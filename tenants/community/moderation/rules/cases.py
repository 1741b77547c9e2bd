"""Rules of moderation: the rights to report, decide and appeal; the content of a decision."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from tenants.community.moderation.models import Appeal, Case, Charter, Decision, Reason

State = Case.State
Outcome = Decision.Outcome
Ground = Decision.Ground

HIDING_REPORTS = 3
"""People who must have reported a thing before it is hidden until somebody has looked."""
APPEAL_WITHIN = dt.timedelta(days=183)
"""Six months, as article 20 of the Digital Services Act asks."""
SETTLED_FOR = dt.timedelta(days=7)
"""Days in which who has had an answer does not report the same thing again."""
DECIDED_WITHIN = dt.timedelta(days=3)
"""Days in which moderators should have looked."""
FEWEST_DAYS, USUAL_DAYS, MOST_DAYS = 7, 14, 90
PICTURE = "picture"
STAYING = frozenset({"medium"})
"""Kinds of things that stay in the space when who put them there is erased."""
MODERATOR, ADMINISTRATOR = "moderator", "administrator"
# Grounds in law: the goods of `goods.py`; code de la propriété intellectuelle, art. L. 716-9; code
# pénal, art. 313-1 (fraud), 321-1 (stolen goods), 222-33-2-2 (harassment); loi du 29 juillet 1881,
# art. 33 (insults, hatred); code civil, art. 9, and GDPR, art. 6 (privacy). The others are ours.
IN_LAW = frozenset(
    {
        Reason.WEAPON,
        Reason.MEDICINE,
        Reason.TOBACCO,
        Reason.ANIMAL,
        Reason.COUNTERFEIT,
        Reason.SCAM,
        Reason.HATE,
        Reason.HARASSMENT,
        Reason.PRIVACY,
    }
)


class Verdict(NamedTuple):
    """A moderator's decision: the outcome, the rule that a removal rests on, the facts."""

    outcome: str
    rule: str
    facts: str


def moderates(duties: Collection[Duty], company_id: int | None) -> bool:
    """Return True if the person moderates the items of a company's members."""
    held = {duty.company_id for duty in duties if duty.role == MODERATOR}
    return None in held or (company_id is not None and company_id in held)


def check_moderates(duties: Collection[Duty]) -> None:
    """Raise NotAllowed if the user is not a moderator."""
    if all(duty.role != MODERATOR for duty in duties):
        raise NotAllowed(
            _("Cette page est réservée à la modération. Vos signalements sont dans Mon profil.")
        )


def check_may_report(owner_id: int | None, person_id: int) -> None:
    """Raise Refused if the item is the reporter's own."""
    if owner_id == person_id:
        raise Refused(_("C’est à vous : vous pouvez le changer ou le retirer vous-même."))


def check_reason(reason: str, words: str) -> None:
    """Raise Refused if the reason is "other" and the text is empty."""
    if reason == Reason.OTHER and not words:
        raise Refused(_("Dites en quelques mots ce qui ne va pas."), field="words")


def check_not_answered(case: Case | None, *, at: dt.datetime) -> None:
    """Raise Refused if the member's earlier report of the item has just been answered."""
    if case is not None and case.settled_at is not None and case.settled_at > at - SETTLED_FOR:
        raise Refused(
            _(
                "La modération vient de répondre à votre signalement. Si sa décision ne vous "
                "convient pas, demandez un second avis."
            )
        )


def is_to_hide(case: Case, reports: int) -> bool:
    """Return True if an undecided item has enough reports to be hidden."""
    return case.state == State.WAITING and case.hidden_at is None and reports >= HIDING_REPORTS


def is_waiting(case: Case) -> bool:
    """Return True if a case is pending: undecided or appealed."""
    return case.state in {State.WAITING, State.APPEALED}


def check_may_decide(
    case: Case,
    *,
    person_id: int,
    duties: Collection[Duty],
    reporters: Iterable[int],
    first_by: int | None,
) -> None:
    """Raise NotAllowed unless the user moderates here, is no party, and has not decided it yet."""
    check_moderates(duties)
    if not moderates(duties, case.company_id):
        raise NotAllowed(_("Ce dossier est à la modération d’une autre entreprise."))
    if person_id == case.owner_id or person_id in set(reporters):
        raise NotAllowed(
            _("Vous êtes l’une des personnes concernées : une autre personne décidera.")
        )
    if case.state == State.APPEALED and person_id == first_by:
        raise NotAllowed(
            _("Vous avez déjà décidé : le second avis est rendu par une autre personne.")
        )


def check_waits(case: Case) -> None:
    """Raise Refused if the case was decided meanwhile."""
    if not is_waiting(case):
        raise Refused(_("Une autre personne vient de décider de ce dossier."))


def check_verdict(verdict: Verdict) -> None:
    """Raise Refused if a decision has no facts, or a removal has no rule."""
    if not verdict.facts:
        raise Refused(_("Dites sur quels faits vous décidez."), field="facts")
    if verdict.outcome == Outcome.REMOVE and not verdict.rule:
        raise Refused(_("Dites quelle règle n’est pas respectée."), field="rule")


def ground_of(verdict: Verdict) -> str:
    """Return whether a removal rests on law or on the charter; keeping rests on neither."""
    if verdict.outcome == Outcome.KEEP:
        return ""
    return Ground.LAW if verdict.rule in IN_LAW else Ground.CHARTER


def may_appeal(
    case: Case,
    first: Decision | None,
    appeal: Appeal | None,
    *,
    person_id: int,
    reporters: Collection[int],
    at: dt.datetime,
) -> bool:
    """Return True if a person may appeal: the author after a removal, else a reporter."""
    if first is None or appeal is not None or case.state != State.DECIDED:
        return False
    if at > first.decided_at + APPEAL_WITHIN:
        return False
    if first.outcome == Outcome.REMOVE:
        return person_id == case.owner_id
    return person_id in reporters


def check_may_appeal(*, allowed: bool) -> None:
    """Raise Refused if the winning party appeals, after six months, or on a second appeal."""
    if not allowed:
        raise Refused(
            _(
                "Un second avis se demande une fois, dans les six mois, par la personne à qui la "
                "décision donne tort."
            )
        )


def check_appeal(words: str) -> None:
    """Raise Refused if an appeal gives no reason."""
    if not words:
        raise Refused(_("Dites pourquoi la décision vous semble fausse."), field="words")


def administers(duties: Collection[Duty]) -> bool:
    """Return True if the user administers all of the space."""
    return Duty(ADMINISTRATOR, None) in duties


def check_administers(duties: Collection[Duty]) -> None:
    """Raise NotAllowed if the user does not administer all of the space."""
    if not administers(duties):
        raise NotAllowed(_("La charte est à l’administration de tout l’espace."))


def check_published(charter: Charter | None) -> Charter:
    """Return the published charter. Raises Refused if there is no charter."""
    if charter is None:
        raise Refused(_("Votre espace n’ajoute rien aux règles communes : rien n’est à accepter."))
    return charter


def check_grace(days: int) -> None:
    """Raise Refused if the grace period is too short or too long."""
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Refused(
            _("Laissez de %(fewest)d à %(most)d jours pour lire la charte.")
            % {"fewest": FEWEST_DAYS, "most": MOST_DAYS},
            field="days",
        )
