"""One case: what it is about, who reported it, who may decide it."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks, private_pictures
from tenants.community.moderation.models import CASE_RETENTION, Appeal, Case, Decision, Report
from tenants.community.moderation.rules import cases as rules

MOST_WRITTEN_TO = 20
WAITING = (Case.State.WAITING, Case.State.APPEALED)


def subject(kind: str, reference: str, *, viewer: User) -> hooks.Subject | None:
    """Ask the rooms what is reported; what the viewer does not see is not there."""
    answers = hooks.subject.ask(kind, reference, viewer)
    return next((answer for answer in answers if answer is not None), None)


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Ask the rooms what a thing says now, whoever may see it."""
    if kind == private_pictures.KIND:
        return _picture(reference)
    answers = hooks.judged.ask(kind, reference)
    return next((answer for answer in answers if answer is not None), None)


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
    """Find a picture of what a case is about, hidden or not."""
    now = judged(case.kind, case.subject_reference)
    shown = now is not None and token in now.pictures
    return private_pictures.to_judge(token) if shown else None


def case_of(reference: str) -> Case | None:
    """Find a case by its public reference, whoever asks: who may read it, rules say."""
    return Case.objects.filter(reference=reference).select_related("owner").first()


def case_for_change(case_id: int) -> Case:
    """Take a case, so that reports and decisions come one after the other."""
    return Case.objects.select_for_update(of=("self",)).select_related("owner").get(pk=case_id)


def open_case(kind: str, reference: str) -> Case | None:
    """Take the case about a thing that waits, if there is one."""
    rows = Case.objects.filter(kind=kind, subject_reference=reference, state__in=WAITING)
    return rows.select_for_update(of=("self",)).first()


def owner_for_report(subject: hooks.Subject) -> User | None:
    """Take the row of whose a thing is; nothing where they are of another space."""
    if subject.owner_id is None:
        return None
    return User.objects.select_for_update().get(pk=subject.owner_id)


def reported_before(kind: str, reference: str, *, by: User) -> Case | None:
    """Find the last case about a thing that somebody had reported and that was settled."""
    rows = Case.objects.filter(kind=kind, subject_reference=reference, reports__reporter=by)
    return rows.exclude(state__in=WAITING).order_by("-opened_at").first()


def reporters_of(case: Case) -> list[int]:
    """List who reported, as ids: no page shows them."""
    rows = Report.objects.filter(case=case).order_by("pk")
    return list(rows.values_list("reporter_id", flat=True))


def first_decision(case: Case) -> Decision | None:
    """Find the first decision of a case."""
    return Decision.objects.filter(case=case, instance=Decision.Instance.FIRST).first()


def appeal_of(case: Case) -> Appeal | None:
    """Find the wish for a second look."""
    return Appeal.objects.filter(case=case).select_related("appellant").first()


def deciders_of(case: Case) -> list[int]:
    """List who may decide a case as it stands: neither party, nor who has decided it already."""
    first = first_decision(case)
    out = {case.owner_id, *reporters_of(case), first.by_id if first else None}
    held = [one for answer in hooks.moderators.ask() for one in answer]
    found = {one.person_id for one in held if one.company_id in {None, case.company_id}}
    return sorted(found - out)[:MOST_WRITTEN_TO]


def check_may_decide(case: Case, *, by: User) -> None:
    """Refuse who may not decide a case as it stands. Raises NotAllowed."""
    first = first_decision(case)
    rules.check_may_decide(
        case,
        person_id=by.pk,
        duties=hooks.duties_of(by),
        reporters=reporters_of(case),
        first_by=first.by_id if first else None,
    )


def forgettable(*, at: dt.datetime) -> QuerySet[Case]:
    """List cases that nobody needs any more."""
    return Case.objects.filter(settled_at__lt=at - CASE_RETENTION).exclude(state__in=WAITING)
