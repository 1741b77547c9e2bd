"""Members and roles as SCIM reads and writes them, by actions of the members' room."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _
from scim2_models import (
    ForbiddenException,
    InvalidValueException,
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import ScimStorage, SearchPage

from api.scim import filters
from api.scim.resources import Email, Group, GroupMember, Membership, Name, User
from saas.accounts.models import User as Person
from saas.accounts.models import normal_email
from tenants.community.members.actions import provisioning as actions
from tenants.community.members.models import Role
from tenants.community.members.queries import provisioned as queries
from tenants.community.members.rules.provisioning import Newcomer

# A later first row is after the last row of any list.
_LAST_ROW = 10**9


class Storage(ScimStorage):
    """The members and the roles of the space of this request."""

    def __init__(self, *, by: Person, at: dt.datetime) -> None:
        self.by, self.at = by, at

    def get(
        self,
        resource_type: ResourceType,
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,  # noqa: ARG002 - small resources
    ) -> Resource[Any]:
        """Return a member or a role. Raises NotFoundException."""
        if resource_type.name == "Group":
            return self._group(resource_id)
        return _users([self._person(resource_id)])[0]

    def search(
        self,
        resource_types: list[ResourceType],
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ARG002 - pages by number only
    ) -> SearchPage:
        """Return a page of members, or of roles, in a constant number of statements."""
        [resource_type] = resource_types
        if resource_type.name == "Group":
            return self._search_groups(search_request)
        descending = search_request.sort_order == SearchRequest.SortOrder.descending
        found = queries.people().filter(filters.condition(search_request.filter))
        start, count = _extent(search_request)
        rows = found.order_by(*filters.order(search_request.sort_by, descending=descending))
        return SearchPage(found.count(), list(_users(rows[start : start + count])))

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        """Create a member; roles are those of the product."""
        if resource_type.name == "Group":
            raise ForbiddenException(detail=_groups_are_roles())
        user = cast(User, resource)
        email = normal_email(user.user_name or "")
        first, last = _names(user, email)
        if queries.people().filter(email=email).exists():
            raise UniquenessException(detail=_("Cette adresse a déjà un compte ici."))
        newcomer = Newcomer(email, first, last, _language(user))
        person = actions.create(
            newcomer=newcomer, external_id=user.external_id or "", by=self.by, at=self.at
        )
        if user.active is False:
            self._change(person, user)
        return _users([self._person(person.reference)])[0]

    def update(
        self,
        resource_type: ResourceType,
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """Bring a member or a role to the state of the request."""
        reference = resource.id or ""
        self._check_version(resource_type, reference, expected_version)
        if resource_type.name == "Group":
            people = _people(cast(Group, resource).members or [])
            actions.set_holders(role=reference, people=people, by=self.by, at=self.at)
            return self._group(reference)
        self._change(self._person(reference), cast(User, resource))
        return _users([self._person(reference)])[0]

    def delete(
        self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None
    ) -> None:
        """Close a member's account, as for any leaver; a role stays."""
        self._check_version(resource_type, resource_id, expected_version)
        if resource_type.name == "Group":
            raise ForbiddenException(detail=_groups_are_roles())
        actions.remove(of=self._person(resource_id), by=self.by, at=self.at)

    def _change(self, person: Person, user: User) -> None:
        first, last = _names(user, person.email)
        actions.change(
            of=person,
            first_name=first,
            last_name=last,
            language=_language(user, person.language),
            external_id=user.external_id or "",
            is_active=user.active is not False,
            by=self.by,
            at=self.at,
        )

    def _person(self, reference: str) -> Person:
        found = queries.people().filter(reference=reference).first()
        if found is None:
            raise NotFoundException(detail=_("Aucun compte n’a cet identifiant ici."))
        return found

    def _group(self, role: str) -> Group:
        if role not in queries.GROUPS:
            raise NotFoundException(detail=_groups_are_roles())
        return _group(role, queries.holders()[role])

    def _search_groups(self, search_request: SearchRequest[Any]) -> SearchPage:
        groups = [_group(role, people) for role, people in queries.holders().items()]
        wanted = search_request.filter
        found = [one for one in groups if wanted is None or wanted.match(one)]
        start, count = _extent(search_request)
        return SearchPage(len(found), list(found[start : start + count]))

    def _check_version(
        self, resource_type: ResourceType, reference: str, expected: str | None
    ) -> None:
        meta = self.get(resource_type, reference).meta
        if expected is not None and (meta is None or meta.version != expected):
            raise PreconditionFailedException


def _users(people: Iterable[Person]) -> Sequence[User]:
    """Return members as resources, with their roles in one statement."""
    rows = list(people)
    roles = queries.roles_by_person([row.pk for row in rows])
    return [_user(row, roles.get(row.pk, [])) for row in rows]


def _user(person: Any, roles: list[str]) -> User:
    user = User(
        id=person.reference,
        external_id=person.external_id or None,
        user_name=person.email,
        name=Name(given_name=person.first_name, family_name=person.last_name),
        display_name=person.display_name,
        preferred_language=person.language,
        active=person.is_active,
        emails=[Email(value=person.email, type="work", primary=True)],
        groups=[Membership(value=role, display=_label(role)) for role in roles] or None,
    )
    user.meta = Meta(
        resource_type="User",
        created=person.created_at,
        last_modified=person.changed_at,
        version=_version(user),
    )
    return user


def _group(role: str, people: list[Person]) -> Group:
    members = [
        GroupMember(value=person.reference, display=person.display_name, type="User")
        for person in people
    ]
    group = Group(id=role, display_name=_label(role), members=members or None)
    group.meta = Meta(resource_type="Group", version=_version(group))
    return group


def _people(members: list[GroupMember]) -> list[Person]:
    """Return the people of a group. Raises InvalidValueException for an unknown member."""
    wanted = {member.value or "" for member in members}
    found = list(queries.people().filter(reference__in=wanted))
    if missing := wanted - {person.reference for person in found}:
        named = ", ".join(sorted(missing)[:3])
        raise InvalidValueException(
            detail=_("Aucun compte n’a cet identifiant ici\u00a0: %(ids)s.") % {"ids": named}
        )
    return found


def _version(resource: Resource[Any]) -> str:
    written = json.dumps(resource.model_dump(), sort_keys=True, default=str)
    return f'W/"{hashlib.sha256(written.encode()).hexdigest()[:20]}"'


def _label(role: str) -> str:
    """Return the name of a role as a group, equal in all languages: directories match it."""
    return {
        Role.Kind.ADMINISTRATOR.value: "Troovon administration",
        Role.Kind.MODERATOR.value: "Troovon moderation",
        Role.Kind.KIOSK_MANAGER.value: "Troovon screens",
    }[role]


def _names(user: User, email: str) -> tuple[str, str]:
    name = user.name
    first = " ".join((name.given_name if name and name.given_name else "").split())
    last = " ".join((name.family_name if name and name.family_name else "").split())
    if first and last:
        return first, last
    raise InvalidValueException(
        detail=_("Envoyez le prénom et le nom de %(email)s.") % {"email": email}
    )


def _language(user: User, present: str = "fr") -> str:
    wanted = (user.preferred_language or "")[:2].lower()
    return wanted if wanted in dict(settings.LANGUAGES) else present


def _extent(search_request: SearchRequest[Any]) -> tuple[int, int]:
    start = min(max(search_request.start_index or 1, 1), _LAST_ROW) - 1
    count = search_request.count
    return start, filters.MOST if count is None else max(count, 0)


def _groups_are_roles() -> str:
    return _(
        "Les groupes sont les rôles de l’espace\u00a0: administration, modération et écrans. Il ne "
        "s’en crée pas d’autres, et ceux du CSE n’en sont pas."
    )
