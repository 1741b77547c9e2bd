"""Actions on cases: to report, to decide, to ask for a second look."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from tenants.community.members.queries import people as member_queries
from tenants.community.moderation import notifications
from tenants.community.moderation.models import (
    Appeal,
    Case,
    Charter,
    CharterAcceptance,
    Decision,
    LogLine,
    Report,
)
from tenants.community.moderation.queries import cases as case_queries
from tenants.community.moderation.queries import charter as charter_queries
from tenants.community.moderation.rules import cases as rules
from tenants.spaces import audiences

State = Case.State
What = LogLine.What
Outcome = Decision.Outcome
Instance = Decision.Instance
ERASED_WORDS = "—"
MOST_AT_ONCE = 200


@transaction.atomic
def report(
    *, subject: hooks.Subject, reference: str, reason: str, words: str, by: User, at: dt.datetime
) -> Report:
    """Report a visible item; a second report by the same member on an open case changes nothing.

    The owner's row is locked, so that simultaneous first reports open a single case; an item of a
    neighbouring space has no owner here, and a database constraint refuses its second case. The
    third report hides the item until a moderator has decided.
    """
    rules.check_may_report(subject.owner_id, by.pk)
    rules.check_reason(reason, words.strip())
    owner = case_queries.owner_for_report(subject)
    case = case_queries.open_case(subject.kind, reference)
    if case is None:
        before = case_queries.reported_before(subject.kind, reference, by=by)
        rules.check_not_answered(before, at=at)
        case = _open(subject, reference, owner, at=at)
    report, is_new = Report.objects.get_or_create(
        case=case,
        reporter=by,
        defaults={"reason": reason, "words": words.strip(), "reported_at": at},
    )
    report.case = case
    if is_new:
        _log(case, What.REPORTED, at=at)
        _hide_if_enough(case, at=at)
    return report


@transaction.atomic
def decide(*, case: Case, verdict: rules.Verdict, by: User, at: dt.datetime) -> Decision:
    """Decide a case or its appeal: keep or remove the item, with the reasons.

    Both parties are notified. Neither of them decides, and the appeal goes to another moderator.
    """
    case = case_queries.case_for_change(case.pk)
    first = case_queries.first_decision(case)
    case_queries.check_may_decide(case, by=by)
    rules.check_waits(case)
    rules.check_verdict(verdict)
    decision = Decision(
        case=case,
        instance=Instance.APPEAL if case.state == State.APPEALED else Instance.FIRST,
        outcome=verdict.outcome,
        ground=rules.ground_of(verdict),
        rule=verdict.rule if verdict.outcome == Outcome.REMOVE else "",
        facts=verdict.facts,
        by=by,
        owner_id=case.owner_id,
        first_by_id=first.by_id if first else None,
        decided_at=at,
    )
    decision.full_clean()
    decision.save()
    _settle(case, decision, first, at=at)
    return decision


@transaction.atomic
def appeal(*, case: Case, words: str, by: User, at: dt.datetime) -> Appeal:
    """Ask for another moderator's decision; once, within six months, by the losing party."""
    case = case_queries.case_for_change(case.pk)
    already = case_queries.appeal_of(case)
    if already is not None and already.appellant_id == by.pk:
        return already
    allowed = rules.may_appeal(
        case,
        case_queries.first_decision(case),
        already,
        person_id=by.pk,
        reporters=case_queries.reporters_of(case),
        at=at,
    )
    rules.check_may_appeal(allowed=allowed)
    rules.check_appeal(words.strip())
    wish = Appeal(case=case, appellant=by, words=words.strip(), made_at=at)
    wish.full_clean()
    wish.save()
    case.state = State.APPEALED
    case.save(update_fields=["state"])
    _log(case, What.APPEALED, at=at)
    _call_moderators(case, at=at)
    return wish


@transaction.atomic
def record_opening(*, case: Case, by: User, at: dt.datetime) -> None:
    """Keep in the log that a moderator has read a case; once a person."""
    if not LogLine.objects.filter(case=case, what=What.OPENED, moderator=by).exists():
        _log(case, What.OPENED, by=by, at=at)


@transaction.atomic
def publish_charter(*, text: str, days: int, by: User, at: dt.datetime) -> Charter:
    """Give the space a new version of its charter; its author has accepted it, others have days."""
    rules.check_administers(hooks.duties_of(by))
    rules.check_grace(days)
    charter = Charter(
        version=charter_queries.charter_to_follow(),
        text=text.strip(),
        published_at=at,
        published_by=by,
        binding_at=at + dt.timedelta(days=days),
    )
    charter.full_clean()
    charter.save()
    accept_charter(charter=charter, by=by, at=at)
    return charter


@transaction.atomic
def accept_charter(*, charter: Charter, by: User, at: dt.datetime) -> CharterAcceptance:
    """Accept a version of the charter. Idempotent."""
    yes, _made = CharterAcceptance.objects.get_or_create(
        charter=charter, person=by, defaults={"accepted_at": at}
    )
    return yes


@transaction.atomic
def accept_at_joining(*, version: int, by: User, at: dt.datetime) -> None:
    """Record a newcomer's yes to the charter, if the version that they were shown still counts."""
    charter = charter_queries.latest_charter()
    if charter is not None and charter.version == version:
        accept_charter(charter=charter, by=by, at=at)


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Delete cases past their retention period; return how many. Called by the scheduled task."""
    old = list(case_queries.forgettable(at=at).values_list("pk", flat=True)[:MOST_AT_ONCE])
    Case.objects.filter(pk__in=old).delete()
    return len(old)


def _open(subject: hooks.Subject, reference: str, owner: User | None, *, at: dt.datetime) -> Case:
    now = case_queries.judged(subject.kind, reference)
    case = Case(
        kind=subject.kind,
        subject_reference=reference,
        title=subject.title,
        text=now.text if now else "",
        url=subject.url,
        owner=owner,
        company_id=audiences.employer_of(owner) if owner else None,
        opened_at=at,
    )
    case.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError:
        meanwhile = case_queries.open_case(subject.kind, reference)
        if meanwhile is None:
            raise
        return meanwhile
    _call_moderators(case, at=at)
    return case


def _hide_if_enough(case: Case, *, at: dt.datetime) -> None:
    if not rules.is_to_hide(case, len(case_queries.reporters_of(case))):
        return
    case.hidden_at = at
    case.save(update_fields=["hidden_at"])
    _conceal(case, hidden=True, at=at)
    _log(case, What.HIDDEN, at=at)
    notifications.notify_hidden(case, at=at)


def _settle(case: Case, decision: Decision, first: Decision | None, *, at: dt.datetime) -> None:
    removed = decision.outcome == Outcome.REMOVE
    _conceal(case, hidden=removed, at=at)
    case.state = State.DECIDED if first is None else State.CLOSED
    case.settled_at = at
    case.save(update_fields=["state", "settled_at"])
    if first is None:
        what = What.REMOVED if removed else What.KEPT
    else:
        what = What.UPHELD if first.outcome == decision.outcome else What.REVERSED
    _log(case, what, by=decision.by, at=at)
    knows = removed or case.hidden_at is not None or first is not None
    reporters = case_queries.reporters_of(case)
    notifications.notify_decided(case, decision, owner=knows, reporters=reporters, at=at)


def _conceal(case: Case, *, hidden: bool, at: dt.datetime) -> None:
    if case.kind == private_pictures.KIND:
        private_pictures.conceal(case.subject_reference, hidden=hidden)
        hooks.offers_changed.ask()
    else:
        hooks.conceal.ask(hooks.Hiding(case.kind, case.subject_reference, hidden), at)


def _call_moderators(case: Case, *, at: dt.datetime) -> None:
    """Notify the moderators allowed to decide, or the administrators if there are no moderators."""
    deciders = case_queries.deciders_of(case)
    if deciders:
        notifications.call_moderators(case, to=deciders, at=at)
        return
    administrators = member_queries.administrator_ids()
    notifications.call_administrators(case, to=administrators, at=at)


def _log(case: Case, what: str, *, by: User | None = None, at: dt.datetime) -> None:
    LogLine.objects.create(case=case, what=what, moderator=by, at=at)


@transaction.atomic
def erase(*, by: User, at: dt.datetime) -> list[str]:  # noqa: ARG001 - an action says when
    """Delete a person's texts from cases; statements of reasons stay as long as the cases.

    Undecided cases end, because their items are erased.
    """
    own = Case.objects.filter(owner=by)
    gone = list(own.values_list("reference", flat=True))
    own.filter(state=State.WAITING).exclude(kind__in=rules.STAYING).delete()
    own.update(title=_("Publication d’un ancien membre"), text="", url="/")
    Report.objects.filter(reporter=by).update(words=ERASED_WORDS)
    Appeal.objects.filter(appellant=by).update(words=ERASED_WORDS)
    CharterAcceptance.objects.filter(person=by).delete()
    return gone
