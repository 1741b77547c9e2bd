"""Media as moderation handles them: members report a medium, a moderator examines it."""

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries.shelf import find, providers_of
from tenants.community.mediastore.rules import shelf as rules
from tenants.spaces import audiences

KIND = "medium"


def sees(medium: Medium, viewer: User) -> bool:
    """Return True if the viewer sees a medium: all do if shelved, else providers and moderators."""
    if medium.withdrawn_at is not None:
        return False
    return (
        rules.is_on_shelf(medium, today=timezone.localdate())
        or viewer.pk == medium.added_by_id
        or medium.provider in providers_of(viewer)
        or judges(medium, viewer)
    )


def judges(medium: Medium, viewer: User) -> bool:
    """Return True if the viewer is a moderator in charge of a hidden medium."""
    if medium.hidden_at is None or medium.withdrawn_at is not None:
        return False
    companies = {duty.company_id for duty in hooks.duties_of(viewer) if duty.role == "moderator"}
    return None in companies or (
        bool(companies) and audiences.employer_of(medium.added_by) in companies
    )


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the reported medium to moderation, if the viewer sees it."""
    medium = find(reference) if kind == KIND else None
    if medium is None or not sees(medium, viewer):
        return None
    return hooks.Subject(
        kind=KIND,
        id=medium.pk,
        title=medium.title,
        url=medium.get_absolute_url(),
        owner_id=medium.added_by_id,
        picture_url=None,
        state="",
        open=rules.is_on_shelf(medium, today=timezone.localdate()),
        writable=False,
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return a medium's description to moderation; its contents are read at its address."""
    medium = find(reference) if kind == KIND else None
    if medium is None:
        return None
    return hooks.Judged(
        kind=KIND,
        title=medium.title,
        text="\n".join(words for words in (medium.creator, medium.description) if words),
        owner_id=medium.added_by_id,
        url=medium.get_absolute_url(),
        hidden=medium.hidden_at is not None,
        opens=True,
    )
