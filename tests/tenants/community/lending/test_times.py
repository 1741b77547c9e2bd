"""Extensions, the waiting list, the clock's part, damages and leavers."""

import datetime as dt

import pytest
from django.core import mail

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.conversations.models import Block
from tenants.community.lending.actions import loans as loan_actions
from tenants.community.lending.actions import times as time_actions
from tenants.community.lending.models import DamageNote, Loan, Thing, WaitingListEntry
from tenants.community.lending.rules.slots import LoanSlot
from tenants.community.members.models import Profile
from tenants.community.notifications.models import Notification
from tenants.spaces.models import OwnCompany
from tests.fixtures.people import AT, DAY, HOUR, MINUTE, QUARTER, make_user
from tests.tenants.community.lending.making import (
    PARIS,
    ask,
    keeper_of,
    make_loan_out,
    make_thing,
    slot,
)
from tests.tenants.community.lending.test_loans import notices_of
from tests.tenants.community.notifications.making import deliver, events_of
from tests.tenants.spaces.hosts.dns import switch


def wait(thing: Thing, person: User, wanted: LoanSlot, *, at: dt.datetime) -> WaitingListEntry:
    return time_actions.wait(thing=thing, slot=wanted, zone=PARIS, by=person, at=at)


def extended(loan: Loan, until: dt.datetime) -> Loan:
    """Let the borrower ask to keep it until then."""
    return time_actions.extend(loan=loan, until=until, zone=PARIS, by=loan.borrower, at=AT)


def answered(loan: Loan, *, allow: bool) -> Loan:
    """Answer the borrower's request for an extension as the lender."""
    return time_actions.answer_extension(loan=loan, allow=allow, by=keeper_of(loan.thing), at=AT)


def test_extension_is_asked_for_and_allowed(out: Loan, teammate: User) -> None:
    before, until = out.ends_at, out.ends_at + HOUR
    loan = extended(out, until)
    assert (loan.ends_at, loan.extension_until) == (before, until)
    with pytest.raises(NotAllowed):
        time_actions.answer_extension(loan=loan, allow=True, by=teammate, at=AT)
    loan = answered(loan, allow=True)
    assert (loan.ends_at, loan.extension_until) == (until, None)
    with pytest.raises(Refused, match="Aucune prolongation"):
        answered(loan, allow=True)


def test_extension_is_refused_where_somebody_comes_next_or_it_is_too_long(out: Loan) -> None:
    ask(out.thing, make_user("Ines"), slot(AT, after=HOUR), at=AT)
    for until, sentence in (
        (out.ends_at + HOUR, "réservé ensuite"),
        (out.ends_at - QUARTER, "plus tard que celle prévue"),
        (out.ends_at + 20 * DAY, "plus long que ce que permet"),
    ):
        with pytest.raises(Refused, match=sentence):
            extended(out, until)


def test_extension_asked_for_in_time_is_not_allowed_over_a_later_booking(out: Loan) -> None:
    loan = extended(out, out.ends_at + HOUR)
    ask(loan.thing, make_user("Ines"), slot(AT, after=HOUR), at=AT)
    with pytest.raises(Refused, match="réservé ensuite"):
        answered(loan, allow=True)
    assert ("not_extended", True) in notices_of(answered(loan, allow=False))


def test_extension_that_is_asked_for_again_is_notified_again(out: Loan) -> None:
    loan = out
    for minutes in (0, 1):
        at = AT + minutes * MINUTE
        until = loan.ends_at + HOUR
        for click in range(2):
            moment = at + click * dt.timedelta(seconds=1)
            loan = time_actions.extend(
                loan=loan, until=until, zone=PARIS, by=loan.borrower, at=moment
            )
        owner = loan.thing.owner
        assert owner
        loan = time_actions.answer_extension(loan=loan, allow=False, by=owner, at=at)
    assert len(events_of("loan-extension:")) == len(events_of("loan-not_extended:")) == 2


def test_thing_that_is_lent_at_once_is_extended_at_once(owner: User, teammate: User) -> None:
    pump = make_thing(owner, at=AT, lends_at_once=True)
    loan = make_loan_out(pump, teammate, slot(AT), at=AT)
    until = loan.ends_at + QUARTER
    loan = extended(loan, until)
    assert (loan.ends_at, notices_of(loan)) == (until, {("requested", False), ("extended", False)})


def test_first_who_waits_moves_up_by_themselves(drill: Thing, owner: User, teammate: User) -> None:
    first, second = make_user("Ines"), make_user("Hugo")
    with pytest.raises(Refused, match="Ce créneau est libre"):
        wait(drill, first, slot(AT), at=AT)
    taken = ask(drill, teammate, slot(AT), at=AT)
    wait(drill, first, slot(AT), at=AT)
    wait(drill, second, slot(AT), at=AT)
    loan_actions.decline(loan=taken, by=owner, at=AT + QUARTER)
    moved = Loan.objects.get(borrower=first)
    assert (moved.state, moved.starts_at) == ("requested", taken.starts_at + QUARTER)
    assert notices_of(moved) == {("moved_up", True), ("requested", False)}
    assert not Loan.objects.filter(borrower=second).exists()
    loan_actions.cancel(loan=moved, by=first, at=AT + QUARTER)
    (last,) = Loan.objects.filter(borrower=second, state="requested")
    wait(drill, first, slot(AT, after=QUARTER), at=AT + QUARTER)
    switch("lending")  # no new loan starts in a disabled module
    loan_actions.cancel(loan=last, by=second, at=AT + QUARTER)
    assert not Loan.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("bar", ["blocked", "narrowed"])
def test_waiting_list_passes_over_people_who_may_no_longer_borrow(
    drill: Thing, requested: Loan, owner: User, bar: str
) -> None:
    first, second = make_user("Ines"), make_user("Hugo")
    for person in (first, second):
        wait(drill, person, slot(AT), at=AT)
    if bar == "blocked":
        Block.objects.create(blocker=owner, blocked=first, blocked_at=AT)
    else:
        company = min(OwnCompany.objects.values_list("pk", flat=True))
        Profile.objects.filter(user__in=[owner, second]).update(company_id=company)
        Thing.objects.filter(pk=drill.pk).update(audience="company", company_id=company)
    loan_actions.decline(loan=requested, by=owner, at=AT)
    (served,) = Loan.objects.exclude(pk=requested.pk)
    assert served.borrower_id == second.pk


@pytest.mark.parametrize(("left", "moves_up"), [(QUARTER, True), (QUARTER / 3, False)])
def test_early_return_lets_the_next_one_have_a_quarter_or_more_that_is_left(
    out: Loan, owner: User, left: dt.timedelta, *, moves_up: bool
) -> None:
    person = make_user("Ines")
    wait(out.thing, person, slot(AT), at=AT)
    loan_actions.give_back(loan=out, by=owner, at=out.ends_at - left)
    moved = Loan.objects.filter(borrower=person).values_list("starts_at", "ends_at")
    assert list(moved) == ([(out.ends_at - left, out.ends_at)] if moves_up else [])


def test_reminder_and_overdue_are_written_once_and_mailed_once(
    out: Loan, owner: User, teammate: User
) -> None:
    deliver()
    mail.outbox.clear()
    assert time_actions.remind(at=AT) == 0
    soon = out.ends_at - QUARTER
    assert [time_actions.remind(at=soon), time_actions.remind(at=soon)] == [1, 0]
    deliver()
    late = out.ends_at + QUARTER
    assert [time_actions.remind(at=late), time_actions.remind(at=late)] == [1, 0]
    deliver()
    deliver()
    subjects = [message.subject for message in mail.outbox]
    assert not [message for message in mail.outbox if ".." in str(message.body)]
    assert sorted(subjects) == [
        "Un objet est à rendre",
        "Un objet est à rendre bientôt",
        "Un objet n’est pas encore revenu",
    ]
    stays = Notification.objects.get(person=teammate, until_done=True, done_at=None)
    loan_actions.give_back(loan=out, by=owner, at=late)
    stays.refresh_from_db()
    assert (stays.deadline, stays.done_at) == (out.ends_at, late)


def test_extended_loan_is_reminded_of_its_new_end(out: Loan) -> None:
    time_actions.remind(at=out.ends_at - QUARTER)
    until = out.ends_at + HOUR
    answered(extended(out, until), allow=True)
    deliver()
    assert "Un objet est à rendre bientôt" not in [message.subject for message in mail.outbox]
    assert time_actions.remind(at=until - QUARTER) == 1
    assert len(events_of("loan-reminder:")) == 2


def test_mails_are_in_the_readers_language_and_the_spaces_time(
    drill: Thing, owner: User, teammate: User
) -> None:
    teammate.language = "en"
    teammate.save()
    loan = ask(drill, teammate, slot(AT), at=AT)
    deliver()
    loan_actions.accept(loan=loan, by=owner, at=AT)
    deliver()
    french, english = mail.outbox
    assert (french.to, english.to) == ([owner.email], [teammate.email])
    assert "12\u00a0h\u00a015" in french.body
    assert "12:15" in english.body
    assert loan.get_absolute_url() in french.body


def test_loan_never_handed_over_lapses(drill: Thing, owner: User, teammate: User) -> None:
    requested = ask(drill, teammate, slot(AT), at=AT)
    promised = ask(drill, make_user("Ines"), slot(AT, after=HOUR), at=AT)
    loan_actions.accept(loan=promised, by=owner, at=AT)
    entry = wait(drill, make_user("Hugo"), slot(AT), at=AT)
    assert time_actions.lapse(at=requested.ends_at) == 1
    assert time_actions.lapse(at=promised.ends_at) == 1
    for row in (requested, promised, entry):
        row.refresh_from_db()
    assert (requested.state, promised.state, entry.state) == ("lapsed", "lapsed", "lapsed")


def test_damage_is_reported_by_either_side_while_it_is_fresh(
    drill: Thing, owner: User, teammate: User
) -> None:
    loan = ask(drill, teammate, slot(AT), at=AT)
    with pytest.raises(Refused, match="pas encore été remis"):
        time_actions.report_damage(loan=loan, text="Rayée.", pictures=[], by=owner, at=AT)
    loan_actions.accept(loan=loan, by=owner, at=AT)
    loan_actions.hand_over(loan=loan, by=owner, at=AT)
    loan_actions.give_back(loan=loan, by=owner, at=AT)
    time_actions.report_damage(loan=loan, text="Rayée.", pictures=[], by=owner, at=AT + DAY)
    with pytest.raises(NotAllowed):
        time_actions.report_damage(loan=loan, text="x", pictures=[], by=make_user("Ines"), at=AT)
    with pytest.raises(Refused, match="sept jours"):
        time_actions.report_damage(loan=loan, text="Rayée.", pictures=[], by=owner, at=AT + 8 * DAY)
    assert DamageNote.objects.get().author_id == owner.pk
    assert ("damage", True) in notices_of(loan)


def test_leaver_leaves_nothing_undone(drill: Thing, owner: User, teammate: User) -> None:
    borrowed = make_loan_out(drill, teammate, slot(AT, lasts=DAY), at=AT)
    tent = make_thing(teammate, at=AT, title="Tente")
    out = make_loan_out(tent, owner, slot(AT), at=AT)
    promised = ask(tent, make_user("Ines"), slot(AT, after=HOUR), at=AT)
    ladder = make_thing(make_user("Hugo"), at=AT, title="Échelle")
    requested = ask(ladder, teammate, slot(AT), at=AT)
    hooks.member_left.ask(teammate, AT)
    for row in (borrowed, tent, out, promised, requested):
        row.refresh_from_db()
    assert (promised.state, requested.state, out.state) == ("withdrawn", "cancelled", "out")
    assert tent.withdrawn_at == AT
    assert (borrowed.state, borrowed.ends_at) == ("out", AT + QUARTER)
    assert ("leaving", True) in notices_of(out)
    assert ("leaving", False) in notices_of(borrowed)
