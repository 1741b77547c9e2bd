"""Actions of a member on their card: its picture, languages, and visibility by field."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from saas.accounts.models import User
from saas.kernel import private_pictures
from saas.kernel.tasks import after_commit
from tenants.community.members import tasks
from tenants.community.members.models import Portrait, Profile
from tenants.community.members.queries import cards
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules

MOST_AT_ONCE = 500


@transaction.atomic
def show(
    *,
    seen: Mapping[str, str],
    languages: str,
    portraits: Sequence[Portrait],
    by: User,
    at: dt.datetime,  # noqa: ARG001 - who sees a field has no moment
) -> Profile:
    """Save a member's picture, languages, and the visibility of each field of their card."""
    profile = queries.profile_to_change(by) or Profile(
        user=by, joined_by=Profile.Joined.DOMAIN, joined_at=by.created_at
    )
    profile.languages = languages
    for name in rules.FIELDS:
        setattr(profile, f"{name}_seen", seen[name])
    profile.full_clean()
    profile.save()
    chosen = portraits[-1] if portraits else None
    _delete([one for one in cards.portraits_of(profile) if chosen is None or one.pk != chosen.pk])
    if chosen is not None:
        chosen.profile = profile
        chosen.save(update_fields=["profile"])
    return profile


@transaction.atomic
def be_found(*, agrees: bool, by: User, at: dt.datetime) -> Profile:
    """Record whether colleagues find a member by name in the directory and the search."""
    profile = queries.profile_to_change(by) or Profile(
        user=by, joined_by=Profile.Joined.DOMAIN, joined_at=by.created_at
    )
    profile.found_as = by.display_name if agrees else ""
    profile.found_answered_at = at
    profile.full_clean()
    profile.save()
    return profile


@transaction.atomic
def receive_portrait(*, upload: private_pictures.Upload, by: User, at: dt.datetime) -> Portrait:
    """Keep a picture as its uploader's draft; a job re-encodes it and deletes the original."""
    portrait = private_pictures.receive(Portrait, upload, uploader_id=by.pk, at=at)
    after_commit(tasks.prepare_portrait, portrait.pk)
    return portrait


@transaction.atomic
def conceal(*, reference: str, hidden: bool, at: dt.datetime) -> None:
    """Hide a profile's text and picture from all but its member, or show them again.

    Called by moderation.
    """
    rows = Profile.objects.filter(user__reference=reference)
    rows.update(hidden_at=at if hidden else None)


@transaction.atomic
def forget_drafts(*, at: dt.datetime) -> int:
    """Delete pictures of abandoned forms; return how many. Called by the scheduled task."""
    old = list(private_pictures.old_drafts(Portrait, at=at)[:MOST_AT_ONCE])
    _delete(old)
    return len(old)


def _delete(portraits: Sequence[Portrait]) -> None:
    for portrait in portraits:
        after_commit(tasks.delete_files, portrait.name)
        portrait.delete()
