"""Members as the company's directory manages them by SCIM."""

from collections.abc import Iterable, Mapping

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from saas.accounts.models import ERASED, User, normal_email
from tenants.community.members.models import Provisioned, Role

# The roles that the administration gives: the council's are its own.
GROUPS = (Role.Kind.ADMINISTRATOR, Role.Kind.MODERATOR, Role.Kind.KIOSK_MANAGER)


def people() -> QuerySet[User]:
    """Return the members with `external_id` and `changed_at`, without those that were deleted."""
    entries = Provisioned.objects.filter(user_id=OuterRef("pk"))
    changed = Coalesce(Subquery(entries.values("changed_at")[:1]), F("created_at"))
    return (
        User.objects.exclude(email__endswith=ERASED)
        .exclude(Exists(entries.filter(removed_at__isnull=False)), is_active=False)
        .annotate(
            external_id=Coalesce(Subquery(entries.values("external_id")[:1]), Value("")),
            changed_at=Greatest(F("created_at"), changed),
        )
    )


def removed_person(email: str) -> User | None:
    """Return and lock the closed account of an address that the directory deleted."""
    entries = Provisioned.objects.filter(user_id=OuterRef("pk"), removed_at__isnull=False)
    found = User.objects.filter(Exists(entries), email=normal_email(email), is_active=False)
    return found.select_for_update().first()


def entry_of(person: User) -> Provisioned | None:
    """Return and lock a member's entry of the directory."""
    return Provisioned.objects.filter(user=person).select_for_update().first()


def roles_by_person(people_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """Return the roles of people over the whole space that the administration gives."""
    held = Role.objects.filter(user_id__in=list(people_ids), role__in=GROUPS, company_id=None)
    found: dict[int, list[str]] = {}
    for user_id, role in held.order_by("role").values_list("user_id", "role"):
        found.setdefault(user_id, []).append(role)
    return found


def holders() -> Mapping[str, list[User]]:
    """Return the people of each role over the whole space that the administration gives."""
    held = Role.objects.filter(role__in=GROUPS, company_id=None, user__is_active=True)
    found: dict[str, list[User]] = {kind: [] for kind in GROUPS}
    for row in held.select_related("user").order_by("user_id"):
        found[row.role].append(row.user)
    return found
