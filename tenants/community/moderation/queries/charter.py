"""The charter of the space: its versions, and the members still to accept the latest."""

from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.expressions import Combinable
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from saas.accounts.models import User
from saas.kernel.people.joining import JoiningText
from tenants.community.moderation.models import Charter, CharterAcceptance

MOST_VERSIONS = 50


def latest_charter() -> Charter | None:
    """Find the version that counts."""
    return Charter.objects.order_by("-version").first()


def charters() -> list[Charter]:
    """List the versions, the latest first."""
    return list(Charter.objects.select_related("published_by")[:MOST_VERSIONS])


def charter_to_follow() -> int:
    """Return the next version number; the row lock makes simultaneous publishers wait."""
    rows = Charter.objects.order_by("-version").select_for_update(of=("self",))
    last = rows.values_list("version", flat=True).first()
    return (last or 0) + 1


def joining_text() -> JoiningText | None:
    """Return the charter for a newcomer to read and accept, if the space has a charter."""
    charter = latest_charter()
    if charter is None:
        return None
    return JoiningText(_("Charte de l’espace"), charter.text, charter.version)


def accepted(charter: Charter, person: User) -> CharterAcceptance | None:
    """Return a person's acceptance of a version, if any."""
    return CharterAcceptance.objects.filter(charter=charter, person=person).first()


def signed_in_columns(user_id: Any) -> dict[str, Combinable]:
    """Return a column with the date that binds the user to an unaccepted version of the charter."""
    newer = Charter.objects.filter(version__gt=OuterRef("version"))
    yes = CharterAcceptance.objects.filter(charter=OuterRef("pk"), person_id=user_id)
    due = Charter.objects.filter(~Exists(newer), ~Exists(yes)).order_by()
    return {"charter_due": Subquery(due.values("binding_at")[:1])}


def first_thing(person: Any) -> str | None:
    """Return the charter's address for a member past the grace period."""
    due = getattr(person, "charter_due", None)
    return reverse("moderation:charter") if due and due <= timezone.now() else None


def begun_columns() -> dict[str, Combinable]:
    """Return a column for new spaces: if this room has any content."""
    return {"charter": Exists(Charter.objects.all())}
