"""Reports, decisions and appeals: permissions, hidden items, notices, and holds."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from saas.accounts.models import User
from saas.kernel.errors import NotAllowed, Refused
from tenants.community.members.models import Profile, Role
from tenants.community.moderation import actions, clock
from tenants.community.moderation.models import Case, Decision, LogLine, Report
from tenants.community.moderation.queries import cases as queries
from tenants.community.moderation.rules.cases import Verdict
from tenants.community.notifications.models import Notification
from tests.fixtures.people import AT, DAY, make_user
from tests.tenants.community.classifieds.making import make_classified, run
from tests.tenants.community.moderation.making import KEEP, REMOVE, decide, make_moderator, report
from tests.tenants.community.notifications.making import deliver


@pytest.fixture
def reported(owner: User, teammate: User) -> Case:
    """A case about the owner's classified, which the teammate reported."""
    classified = make_classified(owner, at=AT)
    return report("classified", classified.reference, by=teammate, at=AT)


def notified() -> list[tuple[str, str]]:
    rows = Notification.objects.order_by("pk").values_list("person__first_name", "kind")
    return [(name, kind) for name, kind in rows]


def is_hidden(case: Case) -> bool:
    judged = queries.judged(case.kind, case.subject_reference)
    assert judged is not None
    return judged.hidden


def test_second_report_of_the_same_person_changes_nothing(reported: Case, teammate: User) -> None:
    again = report("classified", reported.subject_reference, by=teammate, at=AT + DAY)
    assert again.pk == reported.pk
    assert Report.objects.count() == 1


def test_own_thing_and_other_reason_without_words_are_not_reported(
    owner: User, teammate: User
) -> None:
    reference = make_classified(owner, at=AT).reference
    with pytest.raises(Refused, match="vous pouvez le changer"):
        report("classified", reference, by=owner, at=AT)
    with pytest.raises(Refused, match="en quelques mots"):
        report("classified", reference, by=teammate, reason="other", at=AT)
    assert not Case.objects.exists()


def test_third_person_s_report_hides_until_somebody_has_looked(
    reported: Case, owner: User, teammate: User
) -> None:
    moderator = make_moderator()
    for name in ("Inès", "Hugo"):
        assert not is_hidden(reported)
        report("classified", reported.subject_reference, by=make_user(name), at=AT)
    assert is_hidden(reported)
    assert queries.subject("classified", reported.subject_reference, viewer=teammate) is None
    assert queries.subject("classified", reported.subject_reference, viewer=owner)
    assert (owner.first_name, "decisions") in notified()
    assert list(LogLine.objects.values_list("what", flat=True)[:1]) == ["hidden"]

    decide(reported, KEEP, by=moderator, at=AT + DAY)
    assert not is_hidden(reported)


def test_only_a_moderator_who_is_no_party_decides(
    reported: Case, owner: User, teammate: User
) -> None:
    for party in (owner, teammate):
        Role.objects.create(user=party, role="moderator", given_at=AT)
    for person in (owner, teammate, make_user("Lou"), make_moderator(company_id=999)):
        with pytest.raises(NotAllowed):
            decide(reported, REMOVE, by=person, at=AT)
    assert not Decision.objects.exists()


def test_moderator_of_a_company_decides_what_its_people_offer(owner: User, teammate: User) -> None:
    Profile.objects.filter(user=owner).update(company_id=7)
    case = report("classified", make_classified(owner, at=AT).reference, by=teammate, at=AT)
    decide(case, KEEP, by=make_moderator(company_id=7), at=AT)


def test_removal_hides_notifies_both_sides_and_states_its_ground(
    reported: Case, owner: User, teammate: User
) -> None:
    decision = decide(reported, REMOVE, by=make_moderator(), at=AT)
    assert (decision.ground, decision.instance) == ("law", "first")
    assert is_hidden(reported)
    assert notified() == [(owner.first_name, "decisions"), (teammate.first_name, "decisions")]
    with pytest.raises(Refused, match="vient de décider"):
        decide(reported, KEEP, by=make_moderator("Ana"), at=AT)


@pytest.mark.parametrize(
    ("verdict", "field"),
    [(Verdict("remove", "", "Des faits."), "rule"), (Verdict("keep", "", ""), "facts")],
)
def test_decision_without_reasons_is_refused(verdict: Verdict, field: str, reported: Case) -> None:
    with pytest.raises(Refused) as refusal:
        decide(reported, verdict, by=make_moderator(), at=AT)
    assert refusal.value.field == field


def test_removed_owner_appeals_to_another_moderator_who_may_reverse(
    reported: Case, owner: User, teammate: User
) -> None:
    first, second = make_moderator(), make_moderator("Ana")
    decide(reported, REMOVE, by=first, at=AT)
    with pytest.raises(Refused, match="donne tort"):
        actions.appeal(case=reported, words="Pourquoi ?", by=teammate, at=AT)
    actions.appeal(case=reported, words="C’est mon vélo.", by=owner, at=AT + DAY)
    reported.refresh_from_db()
    with pytest.raises(NotAllowed, match="déjà décidé"):
        decide(reported, KEEP, by=first, at=AT + 2 * DAY)
    decision = decide(reported, KEEP, by=second, at=AT + 2 * DAY)

    reported.refresh_from_db()
    assert (reported.state, decision.instance) == ("closed", "appeal")
    assert not is_hidden(reported)
    assert LogLine.objects.first().what == "reversed"  # type: ignore[union-attr]
    with pytest.raises(Refused, match="une fois"):
        actions.appeal(case=reported, words="Encore.", by=teammate, at=AT + 3 * DAY)


def test_reporter_appeals_what_was_kept_and_nobody_after_six_months(
    reported: Case, owner: User, teammate: User
) -> None:
    make_moderator("Ana")
    decide(reported, KEEP, by=make_moderator(), at=AT)
    for by, moment in ((owner, AT), (teammate, AT + 184 * DAY)):
        with pytest.raises(Refused, match="six mois"):
            actions.appeal(case=reported, words="Non.", by=by, at=moment)
    actions.appeal(case=reported, words="Voyez les photos.", by=teammate, at=AT + DAY)


def test_answered_reporter_waits_before_reporting_it_again(reported: Case, teammate: User) -> None:
    decide(reported, KEEP, by=make_moderator(), at=AT)
    with pytest.raises(Refused, match="second avis"):
        report("classified", reported.subject_reference, by=teammate, at=AT + DAY)
    again = report("classified", reported.subject_reference, by=teammate, at=AT + 8 * DAY)
    assert again.pk != reported.pk


def test_database_refuses_a_judge_in_their_own_cause(reported: Case, owner: User) -> None:
    row = {"case": reported, "outcome": "keep", "facts": "…", "owner": owner, "decided_at": AT}
    moderator = make_moderator()
    for wrong in (
        {"instance": "first", "by": owner},
        {"instance": "appeal", "by": moderator, "first_by": moderator},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(**row, **wrong)


def test_administrators_are_notified_where_nobody_may_decide(owner: User, teammate: User) -> None:
    administrator = make_user("Claire")
    Role.objects.create(user=administrator, role="administrator", given_at=AT)
    Role.objects.create(user=owner, role="moderator", given_at=AT)
    report("classified", make_classified(owner, at=AT).reference, by=teammate, at=AT)
    assert notified() == [("Claire", "duties")]
    assert not Notification.objects.filter(text__contains="Vélo").exists()


def test_each_side_is_notified_in_their_language_without_names(
    reported: Case, owner: User, teammate: User
) -> None:
    User.objects.filter(pk=teammate.pk).update(language="en")
    decide(reported, REMOVE, by=make_moderator(), at=AT)
    deliver()
    messages = {message.to[0]: message for message in mail.outbox}
    to_owner, to_reporter = messages[owner.email], messages[teammate.email]
    assert to_owner.subject.startswith("Retiré")
    assert to_reporter.subject == "Your report has its answer"
    assert owner.first_name not in str(to_reporter.body)
    assert teammate.first_name not in str(to_owner.body)


def test_duty_of_moderators_ends_with_the_decision(owner: User, teammate: User) -> None:
    moderator, other = make_moderator(), make_moderator("Ana")
    case = report("classified", make_classified(owner, at=AT).reference, by=teammate, at=AT)
    waiting = Notification.objects.filter(person=other, done_at=None, deadline__gt=AT)
    assert waiting.count() == 1
    decide(case, KEEP, by=moderator, at=AT)
    assert not waiting.exists()


def test_clock_forgets_cases_a_year_after_the_last_word(
    reported: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(reported, KEEP, by=make_moderator(), at=AT)
    for days, left in ((364, 1), (366, 0)):
        monkeypatch.setattr(timezone, "now", lambda days=days: AT + days * DAY)
        run(clock.forget)
        assert Case.objects.count() == left
