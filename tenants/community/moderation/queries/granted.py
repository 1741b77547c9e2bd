"""A reported item and its case for an operator with an access: without anybody's name."""

import datetime as dt
from typing import NamedTuple

from saas.kernel import hooks, private_pictures
from tenants.community.moderation import wording
from tenants.community.moderation.models import Case, LogLine, Report
from tenants.community.moderation.queries import cases
from tenants.community.moderation.queries.pages import Stated


class GrantedReport(NamedTuple):
    """A report, without its author."""

    reason: str
    words: str
    reported_at: dt.datetime


class GrantedCase(NamedTuple):
    """A case as a moderator reads it, without the names of its people.

    It is read whole: nothing of it asks the database again outside of the space.
    """

    reference: str
    kind: str
    symbol: str
    title: str
    text: str
    state: str
    hidden_at: dt.datetime | None
    now: hooks.Judged | None
    changed: bool
    reports: list[GrantedReport]
    decisions: list[Stated]
    appeal: str
    steps: list[tuple[str, dt.datetime]]


def has_case(reference: str) -> bool:
    """Return True if the space has a case of this reference."""
    return Case.objects.filter(reference=reference).exists()


def granted_case(reference: str) -> GrantedCase | None:
    """Return a case for an operator; null if the space has no such case."""
    case = cases.case_of(reference)
    if case is None:
        return None
    now = cases.judged(case.kind, case.subject_reference)
    decisions = list(case.decisions.all())
    appeal = cases.appeal_of(case)
    return GrantedCase(
        reference=case.reference,
        kind=wording.kind_of(case.kind),
        symbol=wording.symbol_of(case.kind),
        title=case.title,
        text=case.text,
        state=wording.state_of(case, decisions[-1] if decisions else None),
        hidden_at=case.hidden_at,
        now=now,
        changed=now is not None and bool(now.text) and now.text != case.text,
        reports=_reports_of(case),
        decisions=[Stated(one, wording.source_of(one.rule)) for one in decisions],
        appeal=appeal.words if appeal else "",
        steps=[
            (line.get_what_display(), line.at)
            for line in LogLine.objects.filter(case=case).order_by("at", "id")
        ],
    )


def granted_picture(reference: str, token: str) -> private_pictures.PrivatePicture | None:
    """Return a picture of a case's item; null without such a picture."""
    case = cases.case_of(reference)
    return cases.picture_of(case, token) if case else None


def _reports_of(case: Case) -> list[GrantedReport]:
    rows = Report.objects.filter(case=case)
    return [GrantedReport(row.get_reason_display(), row.words, row.reported_at) for row in rows]
