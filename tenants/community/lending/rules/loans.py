"""Rules of lending: what may be lent, to whom, when, and who may take each step."""

import datetime as dt
from collections.abc import Collection, Iterable, Sized
from typing import NamedTuple

from django.utils.translation import gettext as _

from saas.kernel.errors import NotAllowed, Refused
from saas.kernel.hooks import Duty
from saas.kernel.uploads.picture_forms import MOST_PICTURES
from tenants.community.lending.models import Loan, Thing
from tenants.spaces.audiences import Audience
from tenants.spaces.models import Category

State = Loan.State

MOST_THINGS = 100
MOST_LOANS = 20
MOST_WAITED_FOR = 20
MAILED_WITHIN = dt.timedelta(minutes=3)
DAMAGE_REPORTED_WITHIN = dt.timedelta(days=7)
COUNCIL_ROLES = frozenset({"council", "treasurer", "secretary"})
SYMBOL = "hand-helping"
WHERE_SYMBOLS = {"car": "car", "desk": "lock", "home": "house", "other": "map-pin"}
CONDITION_SYMBOLS = {"new": "gift", "good": "circle-check", "worn": "wrench"}
TAKEN = (State.REQUESTED, State.ACCEPTED, State.OUT)
TONES: dict[str, str] = {
    State.REQUESTED: "warn",
    State.ACCEPTED: "ok",
    State.OUT: "ok",
    State.LOST: "bad",
}
LENDERS_VERBS: dict[str, frozenset[str]] = {
    State.REQUESTED: frozenset({"accept", "decline"}),
    State.ACCEPTED: frozenset({"hand_over", "withdraw"}),
    State.OUT: frozenset({"give_back", "declare_lost"}),
}
BORROWERS_VERBS: dict[str, frozenset[str]] = {
    State.REQUESTED: frozenset({"cancel"}),
    State.ACCEPTED: frozenset({"hand_over", "cancel"}),
    State.RETURNED: frozenset({"thank"}),
}


class Description(NamedTuple):
    """A lender's description of a thing."""

    title: str
    description: str
    condition: str
    whereabouts: str
    place: str
    site_id: int | None
    deposit: str
    longest_minutes: int
    lends_at_once: bool
    audience: str = Audience.SPACE
    on_screens: bool = False


def check_may_offer(count: int) -> None:
    """Refuse more things than one person can look after."""
    if count >= MOST_THINGS:
        raise Refused(
            _("Vous prêtez déjà %(count)d objets : retirez-en un d’abord.") % {"count": MOST_THINGS}
        )


def check_title(title: str) -> None:
    """Refuse a title of signs that nobody sees."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Dites ce que vous prêtez."), field="title")


def check_place(site_id: int | None, known: Collection[int]) -> None:
    """Refuse a site that is not the space's."""
    if site_id is not None and site_id not in known:
        raise Refused(_("Choisissez un lieu de la liste."), field="spot")


def check_audience(audience: str, choices: Collection[str], *, of_council: bool) -> None:
    """Refuse people whom there is no way to tell apart or to reach; the council lends at home."""
    if audience not in choices or (of_council and audience == Audience.NEIGHBOURS):
        raise Refused(_("Choisissez dans la liste qui voit cet objet."), field="audience")


def check_treaty_opens_loans(given: Collection[str]) -> None:
    """Refuse to lend to neighbours where no treaty opens loans."""
    if Category.LOANS not in given:
        raise Refused(
            _("Aucun accord n’ouvre les prêts aux voisins : choisissez tout l’espace."),
            field="audience",
        )


def check_pictures(chosen: Sized) -> None:
    """Refuse more pictures than a page shows."""
    if len(chosen) > MOST_PICTURES:
        raise Refused(
            _("%(count)d photos au plus : retirez-en.") % {"count": MOST_PICTURES},
            field="pictures",
        )


def council_of(duties: Iterable[Duty]) -> list[int | None]:
    """Return the councils that somebody sits on: a company's, or None for the whole space's."""
    return sorted(
        {duty.company_id for duty in duties if duty.role in COUNCIL_ROLES}, key=lambda one: one or 0
    )


def hands_out(thing: Thing, person_id: int, councils: Collection[int | None]) -> bool:
    """Say whether somebody hands this thing out: its owner, or one of the council that lends it."""
    if thing.of_council:
        return None in councils or thing.company_id in councils
    return thing.owner_id == person_id


def check_hands_out(thing: Thing, person_id: int, councils: Collection[int | None]) -> None:
    """Let nobody but its lender change or hand out a thing."""
    if not hands_out(thing, person_id, councils):
        raise NotAllowed(_("Seule la personne qui prête cet objet peut faire cela."))


def check_sits_on_council(company_id: int | None, councils: Collection[int | None]) -> None:
    """Let nobody but a council's own people add to its tools."""
    if company_id not in councils:
        raise NotAllowed(_("Les outils du CSE sont l’affaire de ses membres."))


def check_is_lent(thing: Thing) -> None:
    """Refuse a thing that its lender has taken back."""
    if thing.withdrawn_at is not None:
        raise Refused(_("Cet objet n’est plus à prêter."))


def check_may_borrow(thing: Thing, person_id: int, *, count: int) -> None:
    """Refuse to borrow from oneself, or more at once than anybody brings back."""
    if thing.owner_id == person_id:
        raise Refused(_("C’est à vous : il n’y a rien à demander."))
    if count >= MOST_LOANS:
        raise Refused(
            _("Vous avez déjà %(count)d prêts en cours : rendez-en un d’abord.")
            % {"count": MOST_LOANS}
        )


def check_lender_is_here(*, here: bool) -> None:
    """Refuse a thing of somebody who has left."""
    if not here:
        raise Refused(_("Cette personne a quitté l’espace : l’objet n’est plus à prêter."))


def check_not_blocked(*, blocked: bool) -> None:
    """Refuse a request where one of the two has blocked the other, without saying which."""
    if blocked:
        raise Refused(
            _(
                "Cette personne ne reçoit pas de demande de votre part. Si vous l’avez bloquée, "
                "débloquez-la d’abord dans vos messages."
            )
        )


def check_free(*, taken: bool) -> None:
    """Refuse a time that somebody else has."""
    if taken:
        raise Refused(
            _(
                "Ce créneau vient d’être pris : choisissez-en un autre, "
                "ou inscrivez-vous sur la liste d’attente."
            ),
            field="starts",
        )


def check_state(loan: Loan, *states: str) -> None:
    """Refuse a step that does not follow from where a loan stands."""
    if loan.state not in states:
        raise Refused(
            _("Ce n’est plus possible : ce prêt est « %(state)s ».")
            % {"state": str(State(loan.state).label).lower()}
        )


def check_is_party(*, is_party: bool) -> None:
    """Let nobody but the two sides of a loan take a step in it."""
    if not is_party:
        raise NotAllowed(_("Ce prêt est celui de deux autres personnes."))


def check_is_borrower(loan: Loan, person_id: int) -> None:
    """Let nobody but the borrower do this."""
    if loan.borrower_id != person_id:
        raise NotAllowed(_("Seule la personne qui emprunte peut faire cela."))


def check_may_confirm_return(*, keeps_it: bool, lender_is_here: bool) -> None:
    """Let the lender say that a thing is back; the borrower only where the lender has left."""
    if not keeps_it and lender_is_here:
        raise Refused(
            _(
                "Le retour se confirme à deux : montrez votre code, "
                "visez celui de l’autre, ou demandez-lui de confirmer."
            )
        )


def check_nobody_has_it(*, in_hands: bool) -> None:
    """Refuse to hand over what another borrower still has."""
    if in_hands:
        raise Refused(_("L’objet est encore chez quelqu’un : attendez son retour."))


def check_not_over(loan: Loan, *, at: dt.datetime) -> None:
    """Refuse to hand over after the time that was agreed."""
    if loan.ends_at <= at:
        raise Refused(_("Ce créneau est passé : convenez-en d’un autre."))


def check_extension(
    loan: Loan, until: dt.datetime, *, longest: dt.datetime, at: dt.datetime
) -> None:
    """Refuse an extension that is none, or beyond what the lender allows."""
    if until <= loan.ends_at or until <= at:
        raise Refused(_("Choisissez une fin plus tard que celle prévue."), field="until")
    if until > longest:
        raise Refused(
            _("C’est plus long que ce que permet cet objet : rendez-le, puis redemandez-le."),
            field="until",
        )


def check_free_until(*, taken: bool) -> None:
    """Refuse to keep what somebody else has booked next."""
    if taken:
        raise Refused(
            _("Quelqu’un l’a réservé ensuite : rendez-le à l’heure prévue."), field="until"
        )


def check_extension_requested(loan: Loan) -> None:
    """Refuse to answer what was not asked."""
    if loan.extension_until is None:
        raise Refused(_("Aucune prolongation n’est demandée."))


def check_may_wait(*, taken: bool, count: int) -> None:
    """Refuse to wait for what is free, or for too many things."""
    if not taken:
        raise Refused(_("Ce créneau est libre : réservez-le."))
    if count >= MOST_WAITED_FOR:
        raise Refused(_("Vous attendez déjà beaucoup d’objets : quittez une liste d’abord."))


def check_may_report_damage(loan: Loan, text: str, *, at: dt.datetime) -> None:
    """Refuse to tell a damage before the loan began, or long after its end."""
    if loan.handed_over_at is None:
        raise Refused(_("L’objet n’a pas encore été remis."))
    if loan.ended_at is not None and loan.ended_at + DAMAGE_REPORTED_WITHIN < at:
        raise Refused(_("Un dommage se signale dans les sept jours après le retour."))
    if not text.strip():
        raise Refused(_("Dites ce qui manque ou ce qui est abîmé."), field="text")


def check_may_thank(loan: Loan) -> None:
    """Refuse thanks before the return, or a second time."""
    if loan.state != State.RETURNED:
        raise Refused(_("On remercie une fois l’objet rendu."))
    if loan.thanked_at is not None:
        raise Refused(_("C’est déjà dit. Merci !"))


def verbs_of(loan: Loan, *, lends: bool, at: dt.datetime) -> frozenset[str]:
    """Return what one side of a loan may do with it now."""
    found = set((LENDERS_VERBS if lends else BORROWERS_VERBS).get(loan.state, frozenset()))
    if loan.state in (State.ACCEPTED, State.OUT):
        found |= _verbs_of_extension(loan, lends=lends)
    if loan.thanked_at is not None:
        found.discard("thank")
    if loan.handed_over_at and (
        loan.ended_at is None or loan.ended_at + DAMAGE_REPORTED_WITHIN > at
    ):
        found.add("damage")
    owner = loan.thing.owner
    if loan.state == State.OUT and owner is not None and not owner.is_active:
        found.add("give_back")
    return frozenset(found)


def _verbs_of_extension(loan: Loan, *, lends: bool) -> set[str]:
    if lends:
        return {"allow_extension", "refuse_extension"} if loan.extension_until else set()
    return {"extend"} if loan.extension_until is None else set()


def is_overdue(loan: Loan, *, at: dt.datetime) -> bool:
    """Say whether a thing should be back by now."""
    return loan.state == State.OUT and loan.ends_at <= at


def tone_of_loan(loan: Loan, *, at: dt.datetime) -> str:
    """Return the tone of its badge."""
    return "bad" if is_overdue(loan, at=at) else TONES.get(loan.state, "")
