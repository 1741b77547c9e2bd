"""A neighbour's thing as moderation of this space meets it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel import hooks
from tenants.community.treaties import rules
from tenants.community.treaties.queries.board import find, is_hidden, shown
from tenants.spaces.models import OpenClause, OpenItem

KIND = "neighbour"


def subject(kind: str, reference: str, viewer: User) -> hooks.Subject | None:
    """Return the reported item to moderation, if the viewer sees it."""
    there = _there(kind, reference)
    at = timezone.now()
    if there is None or find(there[1].slug, there[0].reference, viewer=viewer, at=at) is None:
        return None
    item, clause = there
    return hooks.Subject(
        kind=KIND,
        id=item.pk,
        title=item.title,
        url=_url(item, clause),
        owner_id=None,
        picture_url=None,
        state="",
        open=True,
        writable=False,
    )


def judged(kind: str, reference: str) -> hooks.Judged | None:
    """Return the text and the origin of a neighbour's item to moderation."""
    there = _there(kind, reference)
    if there is None:
        return None
    item, clause = there
    origin = _("Espace voisin\u00a0: %(name)s") % {"name": clause.name}
    return hooks.Judged(
        kind=KIND,
        title=item.title,
        text="\n".join(words for words in (item.description, origin) if words),
        owner_id=None,
        url=_url(item, clause),
        hidden=is_hidden(item),
        opens=True,
    )


def _there(kind: str, reference: str) -> tuple[OpenItem, OpenClause] | None:
    named = rules.named_by(reference) if kind == KIND else None
    if named is None:
        return None
    giver_id, item_reference = named
    clause = OpenClause.objects.filter(tenant_id=giver_id).first()
    there = shown(at=timezone.now(), judging=True)
    item = there.filter(tenant_id=giver_id, reference=item_reference).first()
    return (item, clause) if item and clause else None


def _url(item: OpenItem, clause: OpenClause) -> str:
    return reverse("treaties:detail", args=[clause.slug, item.reference])
