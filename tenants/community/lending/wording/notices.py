"""Words of the notices about a loan: a subject, a sentence, and a button."""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from saas.kernel.display import writing
from tenants.community.lending.models import Loan, LoanNotice

Kind = LoanNotice.Kind
State = Loan.State
# The states of a loan that keep a notice valid; other notices are always valid.
TRUE_IN: dict[str, frozenset[str]] = {
    Kind.REQUESTED: frozenset({State.REQUESTED, State.ACCEPTED}),
    Kind.ACCEPTED: frozenset({State.ACCEPTED}),
    Kind.MOVED_UP: frozenset({State.REQUESTED, State.ACCEPTED}),
    Kind.REMINDER: frozenset({State.OUT}),
    Kind.OVERDUE: frozenset({State.OUT}),
    Kind.EXTENSION: frozenset({State.ACCEPTED, State.OUT}),
}


class Words(NamedTuple):
    """A notice's words in the reader's language."""

    subject: str
    sentence: str
    action: str


def is_still_true(notice: LoanNotice) -> bool:
    """Return True if a notice is still valid for its loan."""
    loan = notice.loan
    if notice.kind == Kind.EXTENSION and loan.extension_until is None:
        return False
    if notice.kind in {Kind.REMINDER, Kind.OVERDUE} and loan.ends_at != notice.about_at:
        return False
    return loan.state in TRUE_IN.get(notice.kind, frozenset(State.values))


def words_of(notice: LoanNotice, *, lender: str) -> Words:
    """Return the words of a notice, under the reader's language and the space's time."""
    loan = notice.loan
    words = {
        "thing": loan.thing.title,
        "borrower": loan.borrower.short_name,
        "lender": lender,
        "when": span(loan.starts_at, loan.ends_at),
        "ends": moment(loan.ends_at),
        "until": moment(notice.about_at),
        "place": loan.thing.place,
        "reason": loan.reason,
    }
    subject, sentence, action = (
        _to_borrower(notice, words) if notice.to_borrower else _to_lender(notice, words)
    )
    if notice.to_borrower and loan.reason and notice.kind in {Kind.DECLINED, Kind.WITHDRAWN}:
        sentence = f"{sentence} {_('Son mot : « %(reason)s ».') % words}"
    return Words(subject, sentence, action)


def about(loan: Loan) -> str:
    """Return the notification key of a loan."""
    return f"loan:{loan.reference}"


def deadline_of(notice: LoanNotice) -> dt.datetime | None:
    """Return until when a notice asks for something: an answer, or the thing back."""
    loan = notice.loan
    if notice.to_borrower:
        return loan.ends_at if notice.kind in {Kind.REMINDER, Kind.OVERDUE} else None
    if notice.kind == Kind.REQUESTED and loan.state == State.REQUESTED:
        return loan.starts_at
    return loan.ends_at if notice.kind == Kind.EXTENSION else None


def is_late(notice: LoanNotice) -> bool:
    """Return True if a notice asks the borrower to return an overdue thing."""
    return notice.to_borrower and notice.kind == Kind.OVERDUE


def moment(value: dt.datetime) -> str:
    """Write a day and an hour: lundi 30 novembre, 12 h 30."""
    return f"{writing.day(value)}, {writing.hour(value)}"


def span(starts: dt.datetime, ends: dt.datetime) -> str:
    """Write a time: lundi 30 novembre, 12 h 30 – 13 h 15, with both days where there are two."""
    same = timezone.localdate(starts) == timezone.localdate(ends)
    return f"{moment(starts)} – {writing.hour(ends) if same else moment(ends)}"


def _to_lender(notice: LoanNotice, words: dict[str, str]) -> tuple[str, str, str]:
    see = _("Voir le prêt")
    if notice.kind == Kind.REQUESTED and notice.loan.state == State.REQUESTED:
        return (
            _("On vous demande un prêt"),
            _("%(borrower)s aimerait emprunter « %(thing)s » : %(when)s.") % words,
            _("Répondre"),
        )
    sentences = {
        Kind.REQUESTED: (
            _("Un de vos objets est réservé"),
            _("%(borrower)s a réservé « %(thing)s » : %(when)s.") % words,
        ),
        Kind.CANCELLED: (
            _("Un prêt est annulé"),
            _("%(borrower)s n’a plus besoin de « %(thing)s ». Le créneau est libre.") % words,
        ),
        Kind.OVERDUE: (
            _("Un objet n’est pas encore revenu"),
            _("« %(thing)s » devait revenir %(ends)s : %(borrower)s a reçu un rappel.") % words,
        ),
        Kind.EXTENSION: (
            _("On vous demande de prolonger un prêt"),
            _("%(borrower)s aimerait garder « %(thing)s » jusqu’à %(until)s.") % words,
        ),
        Kind.EXTENDED: (
            _("Un prêt est prolongé"),
            _("%(borrower)s garde « %(thing)s » jusqu’à %(until)s.") % words,
        ),
        Kind.DAMAGE: (
            _("Un dommage est signalé"),
            _("%(borrower)s signale un dommage sur « %(thing)s ».") % words,
        ),
        Kind.LEAVING: (
            _("La personne à qui vous prêtez quitte l’espace"),
            _("%(borrower)s quitte l’espace et a encore « %(thing)s » : demandez-le vite.") % words,
        ),
        Kind.THANKS: (
            _("On vous remercie"),
            _("%(borrower)s vous remercie pour « %(thing)s ».") % words,
        ),
    }
    return (*sentences[Kind(notice.kind)], see)


def _to_borrower(notice: LoanNotice, words: dict[str, str]) -> tuple[str, str, str]:
    see = _("Voir le prêt")
    sentences = {
        Kind.ACCEPTED: (
            _("C’est d’accord pour votre prêt"),
            _("%(lender)s vous prête « %(thing)s » : %(when)s. Remise en main propre : %(place)s.")
            % words,
        ),
        Kind.DECLINED: (
            _("Votre demande de prêt n’aboutit pas"),
            _("%(lender)s ne peut pas vous prêter « %(thing)s » à ce moment-là.") % words,
        ),
        Kind.WITHDRAWN: (
            _("Un prêt prévu n’aura pas lieu"),
            _("« %(thing)s » n’est plus à prêter à ce moment-là. Rien ne vous est demandé.")
            % words,
        ),
        Kind.LAPSED: (
            _("Un prêt est resté sans suite"),
            _("Le créneau de « %(thing)s » est passé sans remise. Vous pouvez le redemander.")
            % words,
        ),
        Kind.MOVED_UP: (
            _("Une place s’est libérée"),
            _("« %(thing)s » s’est libéré : c’est votre tour, %(when)s.") % words,
        ),
        Kind.REMINDER: (
            _("Un objet est à rendre bientôt"),
            _("« %(thing)s » est à rendre %(ends)s. Un petit retard ? Prévenez %(lender)s à temps.")
            % words,
        ),
        Kind.OVERDUE: (
            _("Un objet est à rendre"),
            _(
                "« %(thing)s » était à rendre %(ends)s. "
                "Rapportez-le, ou prévenez %(lender)s du retard."
            )
            % words,
        ),
        Kind.EXTENDED: (
            _("Votre prêt est prolongé"),
            _("Vous pouvez garder « %(thing)s » jusqu’à %(until)s.") % words,
        ),
        Kind.NOT_EXTENDED: (
            _("Votre prêt n’est pas prolongé"),
            _("%(lender)s a besoin de « %(thing)s » : rendez-le %(ends)s comme prévu.") % words,
        ),
        Kind.DAMAGE: (
            _("Un dommage est signalé"),
            _("%(lender)s signale un dommage sur « %(thing)s ».") % words,
        ),
        Kind.LEAVING: (
            _("La personne qui vous prête quitte l’espace"),
            _(
                "%(lender)s quitte l’espace : rendez « %(thing)s » dès que possible, "
                "puis confirmez-le sur la page du prêt."
            )
            % words,
        ),
    }
    return (*sentences[Kind(notice.kind)], see)
