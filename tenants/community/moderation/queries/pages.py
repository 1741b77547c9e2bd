"""All that the pages of moderation show."""

import datetime as dt
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from saas.kernel.people import reporting
from saas.kernel.values import cells
from tenants.community.moderation import wording
from tenants.community.moderation.models import Appeal, Case, Decision, LogLine, Report
from tenants.community.moderation.queries import cases
from tenants.community.moderation.queries.cases import WAITING
from tenants.community.moderation.rules import cases as rules

MOST_QUEUED = 100
MOST_MINE = 100
MOST_ON_A_SHEET = 5000
LINES_ON_A_PAGE = 50
PICTURE_WIDTH = 480


class QueueLine(NamedTuple):
    """A case in the queue, as moderators see it."""

    case: Case
    kind: str
    symbol: str
    reports: int
    hidden: bool
    second: bool


class CasePage(NamedTuple):
    """A case for the moderator deciding it; the reporters stay anonymous."""

    case: Case
    kind: str
    symbol: str
    owner: hooks.PersonCard | None
    reports: list[Report]
    now: hooks.Judged | None
    changed: bool
    first: Decision | None
    first_source: str
    appeal: Appeal | None
    suggested: str
    left: int


class Stated(NamedTuple):
    """A decision with the law, or the rule of the charter, on which it rests."""

    decision: Decision
    source: str


class DecisionPage(NamedTuple):
    """A case for its reporter or the item's owner: a statement of reasons."""

    case: Case
    kind: str
    symbol: str
    is_owner: bool
    own_report: Report | None
    state: str
    decisions: list[Stated]
    appeal: Appeal | None
    may_appeal: bool
    until: dt.datetime | None


class Mine(NamedTuple):
    """A person's reports, and the decisions about their own items."""

    reports: list[Report]
    elsewhere: list[reporting.OwnReport]
    decisions: list[Case]


def queued_for(person: User) -> QuerySet[Case]:
    """Return the cases that a person may decide, the oldest first; never their own cases."""
    held = {duty.company_id for duty in hooks.duties_of(person) if duty.role == rules.MODERATOR}
    within = Q() if None in held else Q(company_id__in=[one for one in held if one is not None])
    reported = Report.objects.filter(case=OuterRef("pk"), reporter=person)
    decided = Decision.objects.filter(case=OuterRef("pk"), by=person)
    waiting = Case.objects.filter(within, ~Exists(reported), ~Exists(decided), state__in=WAITING)
    return waiting.exclude(owner=person).order_by("opened_at", "pk")


def queue(person: User) -> list[QueueLine]:
    """Return the queue of a moderator."""
    rows = queued_for(person).select_related("owner").annotate(count=Count("reports"))
    return [
        QueueLine(
            case=row,
            kind=wording.kind_of(row.kind),
            symbol=wording.symbol_of(row.kind),
            reports=row.count,
            hidden=row.hidden_at is not None,
            second=row.state == Case.State.APPEALED,
        )
        for row in rows[:MOST_QUEUED]
    ]


def next_in_queue(person: User) -> Case | None:
    """Return the next case that a moderator may decide."""
    return queued_for(person).first()


def rail_counts(person: User, at: dt.datetime) -> dict[str, int]:
    """Return a moderator's open cases, and the days left to accept a charter; else no query."""
    due = getattr(person, "charter_due", None)
    counts = {"charter_days": max(1, (due - at).days + 1)} if due and due > at else {}
    if getattr(person, "moderates", False):
        counts |= {"moderation": queued_for(person).count(), "moderates": 1}
    return counts


def case_page(case: Case, *, viewer: User) -> CasePage:
    """Return a case with its item, then and now, and the reasons of its reports."""
    now = cases.judged(case.kind, case.subject_reference)
    reports = list(Report.objects.filter(case=case))
    reasons = [report.reason for report in reports]
    first = cases.first_decision(case)
    return CasePage(
        case=case,
        kind=wording.kind_of(case.kind),
        symbol=wording.symbol_of(case.kind),
        owner=hooks.cards_of([case.owner_id]).get(case.owner_id) if case.owner_id else None,
        reports=reports,
        now=now,
        changed=now is not None and bool(now.text) and now.text != case.text,
        first=first,
        first_source=wording.source_of(first.rule) if first else "",
        appeal=cases.appeal_of(case),
        suggested=max(reasons, key=reasons.count, default=""),
        left=queued_for(viewer).exclude(pk=case.pk).count(),
    )


def concerned(reference: str, *, viewer: User) -> Case | None:
    """Return a case for its reporter or the item's owner; for others it counts as missing."""
    reported = Report.objects.filter(case=OuterRef("pk"), reporter=viewer)
    rows = Case.objects.filter(Q(owner=viewer) & _known_to_owner() | Exists(reported))
    return rows.filter(reference=reference).first()


def _known_to_owner() -> Q:
    """Return the filter for cases visible to their owner: hidden, or decided."""
    return Q(hidden_at__isnull=False) | ~Q(state=Case.State.WAITING)


def latest_about(kind: str, reference: str, *, viewer: User) -> Case | None:
    """Return the last case about an item that concerns the viewer, if any."""
    reported = Report.objects.filter(case=OuterRef("pk"), reporter=viewer)
    rows = Case.objects.filter(Q(owner=viewer) & _known_to_owner() | Exists(reported))
    found = rows.filter(kind=kind, subject_reference=reference)
    return found.order_by("-opened_at", "-pk").first()


def decision_page(case: Case, *, viewer: User, at: dt.datetime) -> DecisionPage:
    """Return the decision, its reasons, and the means of redress."""
    decisions = list(Decision.objects.filter(case=case))
    appeal = cases.appeal_of(case)
    first = decisions[0] if decisions else None
    allowed = rules.may_appeal(
        case,
        first,
        appeal,
        person_id=viewer.pk,
        reporters=cases.reporters_of(case),
        at=at,
    )
    return DecisionPage(
        case=case,
        kind=wording.kind_of(case.kind),
        symbol=wording.symbol_of(case.kind),
        is_owner=case.owner_id == viewer.pk,
        own_report=Report.objects.filter(case=case, reporter=viewer).first(),
        state=wording.state_of(case, decisions[-1] if decisions else None),
        decisions=[Stated(one, wording.source_of(one.rule)) for one in decisions],
        appeal=appeal,
        may_appeal=allowed,
        until=first.decided_at + rules.APPEAL_WITHIN if first else None,
    )


def own_reports(person: User) -> QuerySet[Report]:
    """Return a person's reports, the latest first, with their cases."""
    rows = Report.objects.filter(reporter=person).select_related("case")
    return rows.prefetch_related("case__decisions").order_by("-reported_at", "-pk")


def own_decisions(person: User) -> QuerySet[Case]:
    """Return decided or hidden cases about a person's own items, the latest first."""
    rows = Case.objects.filter(_known_to_owner(), owner=person)
    return rows.prefetch_related("decisions").order_by("-opened_at", "-pk")


def mine(person: User) -> Mine:
    """Return a person's reports, those to operators included, and decisions about their items."""
    elsewhere = reporting.own_reports.collect(person)
    return Mine(
        list(own_reports(person)[:MOST_MINE]),
        elsewhere,
        list(own_decisions(person)[:MOST_MINE]),
    )


def log(person: User, number: str) -> Page[LogLine]:
    """Return a page of the log of a moderator's companies, without cases about themselves.

    A line is `closed` if another moderator decides its case: it names the case without a link.
    """
    reported = Report.objects.filter(case=OuterRef("case"), reporter=person)
    decided = Decision.objects.filter(case=OuterRef("case"), by=person)
    closed = Q(Exists(reported)) | Q(Exists(decided), case__state=Case.State.APPEALED)
    lines: QuerySet[LogLine] = _log_of(person).annotate(closed=closed)
    return Paginator(lines, LINES_ON_A_PAGE).get_page(number)


def log_sheet(person: User) -> list[list[str]]:
    """Bring the same log as rows of a sheet."""
    words = [_("Quand"), _("Dossier"), _("Ce dont il s’agit"), _("Étape"), _("Par")]
    return [
        words,
        *(
            [
                cells.moment(line.at),
                line.case.reference,
                cells.text(line.case.title),
                line.get_what_display(),
                cells.text(line.moderator.short_name) if line.moderator else "",
            ]
            for line in _log_of(person)[:MOST_ON_A_SHEET]
        ),
    ]


def _log_of(person: User) -> QuerySet[LogLine]:
    held = {duty.company_id for duty in hooks.duties_of(person) if duty.role == rules.MODERATOR}
    within = Q() if None in held else Q(case__company_id__in=[one for one in held if one])
    rows = LogLine.objects.filter(within).exclude(case__owner=person)
    return rows.select_related("case", "moderator")
