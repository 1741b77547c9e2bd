"""The resources of SCIM as this product serves them, and its capabilities."""

from typing import Annotated, Any, ClassVar

from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Mutability,
    Patch,
    Required,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST_ON_A_PAGE = 200


class Name(ComplexAttribute):
    """A person's name."""

    family_name: str | None = None
    given_name: str | None = None


class Email(ComplexAttribute):
    """The address of a person: the same as their `userName`."""

    value: Annotated[str | None, Mutability.read_only] = None
    type: Annotated[str | None, Mutability.read_only] = None
    primary: Annotated[bool | None, Mutability.read_only] = None


class Membership(ComplexAttribute):
    """A role of a person."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    display: Annotated[str | None, Mutability.read_only] = None


class User(Resource[Any]):
    """A member: `userName` is their address, which never changes here."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true, Mutability.immutable] = None
    name: Name | None = None
    display_name: Annotated[str | None, Mutability.read_only] = None
    preferred_language: str | None = None
    active: bool | None = None
    emails: Annotated[list[Email] | None, Mutability.read_only] = None
    groups: Annotated[list[Membership] | None, Mutability.read_only] = None

    Name: ClassVar[type[ComplexAttribute]] = Name
    Emails: ClassVar[type[ComplexAttribute]] = Email
    Groups: ClassVar[type[ComplexAttribute]] = Membership


class GroupMember(ComplexAttribute):
    """A person with a role."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    display: Annotated[str | None, Mutability.read_only] = None
    type: Annotated[str | None, Mutability.immutable] = None


class Group(Resource[Any]):
    """A role of the space, with the people that hold it."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true, Mutability.immutable] = None
    members: list[GroupMember] | None = None

    Members: ClassVar[type[ComplexAttribute]] = GroupMember


def provider() -> ScimProvider:
    """Return the description of the service: its resources and its capabilities."""
    return ScimProvider(
        models=[User, Group],
        resource_types=[
            ResourceType.from_resource(User),
            ResourceType.from_resource(Group),
        ],
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MOST_ON_A_PAGE),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer",
                    description="A token of the space with the scope scim:write.",
                )
            ],
        ),
    )
