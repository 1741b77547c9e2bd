"""Rules of lending: permitted things, borrowers and slots, and permission for each step."""

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
# An overdue thing is not promised for the next half-hour: nobody knows when it comes back.
OVERDUE_HOLDS = dt.timedelta(minutes=30)
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

# Steps that a thread offers, in this order, and those of them that are the next thing to do.
THREAD_VERBS = (
    *("accept", "thank", "allow_extension", "refuse_extension"),
    *("hand_over", "give_back", "cancel"),
)
MAIN = frozenset({"accept", "thank", "allow_extension"})
STEP_SYMBOLS = {
    "thank": "heart",
    "cancel": "x",
    "refuse_extension": "x",
    **dict.fromkeys(("accept", "allow_extension", "hand_over", "give_back"), "circle-check"),
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
    """Raise Refused if a person already lends the maximum number of things."""
    if count >= MOST_THINGS:
        raise Refused(
            _("Vous prêtez déjà %(count)d objets : retirez-en un d’abord.") % {"count": MOST_THINGS}
        )


def check_title(title: str) -> None:
    """Raise Refused if a title has only invisible characters."""
    if not any(sign.isprintable() and not sign.isspace() for sign in title):
        raise Refused(_("Dites ce que vous prêtez."), field="title")


def check_place(site_id: int | None, known: Collection[int]) -> None:
    """Raise Refused if the site does not belong to the space."""
    if site_id is not None and site_id not in known:
        raise Refused(_("Choisissez un lieu de la liste."), field="spot")


def check_audience(audience: str, choices: Collection[str], *, of_council: bool) -> None:
    """Raise Refused for an audience outside the choices; a council does not lend to neighbours."""
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
    """Return the councils of a person: company ids, with a null for the whole space's council."""
    return sorted(
        {duty.company_id for duty in duties if duty.role in COUNCIL_ROLES}, key=lambda one: one or 0
    )


def hands_out(thing: Thing, person_id: int, councils: Collection[int | None]) -> bool:
    """Return True if the person owns the thing, or represents the council that lends it."""
    if thing.of_council:
        return None in councils or thing.company_id in councils
    return thing.owner_id == person_id


def check_hands_out(thing: Thing, person_id: int, councils: Collection[int | None]) -> None:
    """Raise NotAllowed unless the person is a lender of the thing."""
    if not hands_out(thing, person_id, councils):
        raise NotAllowed(_("Seule la personne qui prête cet objet peut faire cela."))


def check_sits_on_council(company_id: int | None, councils: Collection[int | None]) -> None:
    """Raise NotAllowed unless the person represents the council."""
    if company_id not in councils:
        raise NotAllowed(_("Les outils du CSE sont l’affaire de ses membres."))


def check_is_lent(thing: Thing) -> None:
    """Refuse a thing that its lender has taken back."""
    if thing.withdrawn_at is not None:
        raise Refused(_("Cet objet n’est plus à prêter."))


def check_may_borrow(thing: Thing, person_id: int, *, count: int) -> None:
    """Raise Refused for a person's own thing, or beyond the maximum number of open loans."""
    if thing.owner_id == person_id:
        raise Refused(_("C’est à vous : il n’y a rien à demander."))
    if count >= MOST_LOANS:
        raise Refused(
            _("Vous avez déjà %(count)d prêts en cours : rendez-en un d’abord.")
            % {"count": MOST_LOANS}
        )


def check_lender_is_here(*, here: bool) -> None:
    """Raise Refused if the lender has left."""
    if not here:
        raise Refused(_("Cette personne a quitté l’espace : l’objet n’est plus à prêter."))


def check_not_blocked(*, blocked: bool) -> None:
    """Raise Refused if either person blocks the other, without revealing the direction."""
    if blocked:
        raise Refused(
            _(
                "Cette personne ne reçoit pas de demande de votre part. Si vous l’avez bloquée, "
                "débloquez-la d’abord dans vos messages."
            )
        )


def check_free(*, taken: bool) -> None:
    """Raise Refused for a slot taken by another person."""
    if taken:
        raise Refused(
            _(
                "Ce créneau vient d’être pris : choisissez-en un autre, "
                "ou inscrivez-vous sur la liste d’attente."
            ),
            field="starts",
        )


def check_state(loan: Loan, *states: str) -> None:
    """Raise Refused for a step not permitted in the loan's state."""
    if loan.state not in states:
        raise Refused(
            _("Ce n’est plus possible : ce prêt est « %(state)s ».")
            % {"state": str(State(loan.state).label).lower()}
        )


def check_is_party(*, is_party: bool) -> None:
    """Raise NotAllowed unless the person is a party of the loan."""
    if not is_party:
        raise NotAllowed(_("Ce prêt est celui de deux autres personnes."))


def check_is_borrower(loan: Loan, person_id: int) -> None:
    """Raise NotAllowed unless the person is the borrower."""
    if loan.borrower_id != person_id:
        raise NotAllowed(_("Seule la personne qui emprunte peut faire cela."))


def check_may_confirm_return(*, keeps_it: bool, lender_is_here: bool) -> None:
    """Raise Refused unless the lender confirms the return, or the lender has left."""
    if not keeps_it and lender_is_here:
        raise Refused(
            _(
                "Le retour se confirme à deux : montrez votre code, "
                "scannez celui de l’autre, ou demandez-lui de confirmer."
            )
        )


def check_nobody_has_it(*, in_hands: bool) -> None:
    """Raise Refused if another borrower still has the thing."""
    if in_hands:
        raise Refused(_("L’objet est encore chez quelqu’un : attendez son retour."))


def check_not_over(loan: Loan, *, at: dt.datetime) -> None:
    """Refuse to hand over after the time that was agreed."""
    if loan.ends_at <= at:
        raise Refused(_("Ce créneau est passé : convenez d’un autre."))


def check_extension(
    loan: Loan, until: dt.datetime, *, longest: dt.datetime, at: dt.datetime
) -> None:
    """Raise Refused for an end not later than the present end, or beyond the lender's limit."""
    if until <= loan.ends_at or until <= at:
        raise Refused(_("Choisissez une fin plus tard que celle prévue."), field="until")
    if until > longest:
        raise Refused(
            _("C’est plus long que ce que permet cet objet : rendez-le, puis redemandez-le."),
            field="until",
        )


def check_free_until(*, taken: bool) -> None:
    """Raise Refused for an extension into another person's slot."""
    if taken:
        raise Refused(
            _("Quelqu’un l’a réservé ensuite : rendez-le à l’heure prévue."), field="until"
        )


def check_extension_requested(loan: Loan) -> None:
    """Raise Refused if no extension is requested."""
    if loan.extension_until is None:
        raise Refused(_("Aucune prolongation n’est demandée."))


def check_may_wait(*, taken: bool, count: int) -> None:
    """Raise Refused for a free slot, or beyond the maximum number of waiting list entries."""
    if not taken:
        raise Refused(_("Ce créneau est libre : réservez-le."))
    if count >= MOST_WAITED_FOR:
        raise Refused(_("Vous attendez déjà beaucoup d’objets : quittez une liste d’abord."))


def check_may_report_damage(loan: Loan, text: str, *, at: dt.datetime) -> None:
    """Raise Refused for a damage report before the hand-over, too late, or without a text."""
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
    """Return the steps that a party of a loan may take now."""
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


def standing(loan: Loan) -> str:
    """Return a mark of all that moves in a loan, for pages that watch it."""
    moments = (loan.ends_at, loan.extension_until, loan.thanked_at)
    return "-".join([loan.state, *(f"{one:%m%d%H%M}" if one else "" for one in moments)])


def is_overdue(loan: Loan, *, at: dt.datetime) -> bool:
    """Return True if a thing is overdue."""
    return loan.state == State.OUT and loan.ends_at <= at


def tone_of_loan(loan: Loan, *, at: dt.datetime) -> str:
    """Return the tone of its badge."""
    return "bad" if is_overdue(loan, at=at) else TONES.get(loan.state, "")
