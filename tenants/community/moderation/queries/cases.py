"""A case: its subject, its reporters, and the moderators that may decide it."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from tenants.community.members.queries import people as member_queries
from tenants.community.moderation.models import CASE_RETENTION, Appeal, Case, Decision, Report
from tenants.community.moderation.rules import cases as rules

MOST_WRITTEN_TO = 20
WAITING = (Case.State.WAITING, Case.State.APPEALED)


def subject(kind: str, reference: str, *, viewer: User) -> hooks.Subject | None:
    """Return the reported item from its room; an item hidden from the viewer counts as missing."""
    return hooks.subject.first(kind, reference, viewer)


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return an item's current content from its room, regardless of its visibility."""
    if kind == private_pictures.KIND:
        return _picture(reference)
    return hooks.judged.first(kind, reference)


def _picture(token: str) -> hooks.Judged | None:
    picture = private_pictures.to_judge(token)
    if picture is None:
        return None
    return hooks.Judged(
        kind=private_pictures.KIND,
        title=_("Une photo"),
        text="",
        owner_id=picture.uploader_id,
        url="",
        pictures=(picture.token,),
        hidden=picture.state == picture.State.HIDDEN,
    )


def picture_of(case: Case, token: str) -> private_pictures.PrivatePicture | None:
    """Return a picture of a case's item, hidden or not, if any."""
    now = judged(case.kind, case.subject_reference)
    shown = now is not None and token in now.pictures
    return private_pictures.to_judge(token) if shown else None


def case_of(reference: str) -> Case | None:
    """Return a case by its public reference, without a check of access: `rules` has that check."""
    return Case.objects.filter(reference=reference).select_related("owner").first()


def case_for_change(case_id: int) -> Case:
    """Return a case, locked: reports and decisions are serialised."""
    return Case.objects.select_for_update(of=("self",)).select_related("owner").get(pk=case_id)


def open_case(kind: str, reference: str) -> Case | None:
    """Return the open case about an item, locked, if any."""
    rows = Case.objects.filter(kind=kind, subject_reference=reference, state__in=WAITING)
    return rows.select_for_update(of=("self",)).first()


def owner_for_report(subject: hooks.Subject) -> User | None:
    """Return the owner's row, locked; nothing for an item of another space."""
    if subject.owner_id is None:
        return None
    return User.objects.select_for_update().get(pk=subject.owner_id)


def reported_before(kind: str, reference: str, *, by: User) -> Case | None:
    """Return the last settled case about an item that this member had reported, if any."""
    rows = Case.objects.filter(kind=kind, subject_reference=reference, reports__reporter=by)
    return rows.exclude(state__in=WAITING).order_by("-opened_at").first()


def reporters_of(case: Case) -> list[int]:
    """Return the ids of the reporters: no page shows them."""
    rows = Report.objects.filter(case=case).order_by("pk")
    return list(rows.values_list("reporter_id", flat=True))


def first_decision(case: Case) -> Decision | None:
    """Find the first decision of a case."""
    return Decision.objects.filter(case=case, instance=Decision.Instance.FIRST).first()


def appeal_of(case: Case) -> Appeal | None:
    """Find the wish for a second look."""
    return Appeal.objects.filter(case=case).select_related("appellant").first()


def deciders_of(case: Case) -> list[int]:
    """Return the moderators that may decide a case now: not a party, nor the first decider."""
    first = first_decision(case)
    out = {case.owner_id, *reporters_of(case), first.by_id if first else None}
    held = member_queries.moderators()
    found = {one.person_id for one in held if one.company_id in {None, case.company_id}}
    return sorted(found - out)[:MOST_WRITTEN_TO]


def check_may_decide(case: Case, *, by: User) -> None:
    """Raise NotAllowed if the user may not decide the case now."""
    first = first_decision(case)
    rules.check_may_decide(
        case,
        person_id=by.pk,
        duties=hooks.duties_of(by),
        reporters=reporters_of(case),
        first_by=first.by_id if first else None,
    )


def forgettable(*, at: dt.datetime) -> QuerySet[Case]:
    """Return cases past their retention period."""
    return Case.objects.filter(settled_at__lt=at - CASE_RETENTION).exclude(state__in=WAITING)
