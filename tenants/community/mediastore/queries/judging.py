"""A medium as moderation meets it: whoever sees it reports it, a moderator looks into it."""

from django.utils import timezone

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.mediastore.models import Medium
from tenants.community.mediastore.queries.shelf import find, providers_of
from tenants.community.mediastore.rules import shelf as rules
from tenants.spaces import audiences

KIND = "medium"


def sees(medium: Medium, viewer: User) -> bool:
    """Say whether somebody sees a medium: on the shelf all do, else who keeps or judges it."""
    if medium.withdrawn_at is not None:
        return False
    return (
        rules.is_on_shelf(medium, today=timezone.localdate())
        or viewer.pk == medium.added_by_id
        or medium.provider in providers_of(viewer)
        or judges(medium, viewer)
    )


def judges(medium: Medium, viewer: User) -> bool:
    """Say whether somebody may look into a hidden medium, since they decide what becomes of it."""
    if medium.hidden_at is None or medium.withdrawn_at is not None:
        return False
    companies = {duty.company_id for duty in hooks.duties_of(viewer) if duty.role == "moderator"}
    return None in companies or (
        bool(companies) and audiences.employer_of(medium.added_by) in companies
    )


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Tell moderation what is reported, unless the viewer does not see it."""
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
    """Tell moderation what is said of a medium; what stands in it is read at its address."""
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
