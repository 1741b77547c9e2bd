"""Companies, modules and usage of a space, for the programs of its administrators.

Nothing here names a person or shows what people write.
"""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.resources import Resource
from saas.accounts.models import as_any
from saas.kernel import modules
from tenants.community.members.models import Role
from tenants.community.members.queries import adoption, people
from tenants.community.members.rules import membership as rules


class CompanyOut(serializers.Serializer[Any]):
    """A company of the space, with its last day there if its departure is announced."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    siren = serializers.CharField()
    head_count = serializers.IntegerField()
    badge = serializers.CharField()
    colour = serializers.CharField()
    leaves_on = serializers.DateField(allow_null=True)


@extend_schema_serializer(many=False)
class CompaniesOut(serializers.Serializer[Any]):
    """The companies that the administrator of the token administers."""

    results = CompanyOut(many=True)


class ModuleOut(serializers.Serializer[Any]):
    """An optional room, and whether the space uses it."""

    key = serializers.CharField()
    name = serializers.CharField()
    used = serializers.BooleanField()


@extend_schema_serializer(many=False)
class ModulesOut(serializers.Serializer[Any]):
    """The optional rooms of a space."""

    results = ModuleOut(many=True)


class AdoptionWeek(serializers.Serializer[Any]):
    """Active members of a week; null means fewer than the threshold."""

    starts_on = serializers.DateField()
    active = serializers.IntegerField(allow_null=True)


class AdoptionRoom(serializers.Serializer[Any]):
    """Active members of a room in the last 7 and 30 days; null means fewer than the threshold."""

    name = serializers.CharField()
    week = serializers.IntegerField(allow_null=True)
    month = serializers.IntegerField(allow_null=True)


class AdoptionCompany(serializers.Serializer[Any]):
    """Members and active members of a company; null means fewer than the threshold."""

    name = serializers.CharField()
    head_count = serializers.IntegerField()
    joined = serializers.IntegerField(allow_null=True)
    active = serializers.IntegerField(allow_null=True)


@extend_schema_serializer(many=False)
class AdoptionOut(serializers.Serializer[Any]):
    """How much the space is used, as its administration's page shows it."""

    head_count = serializers.IntegerField()
    joined = serializers.IntegerField()
    percent = serializers.IntegerField()
    week = serializers.IntegerField(allow_null=True)
    month = serializers.IntegerField(allow_null=True)
    weeks = AdoptionWeek(many=True)
    rooms = AdoptionRoom(many=True)
    companies = AdoptionCompany(many=True)


class Companies(Resource):
    """Companies of the space, for their administrators."""

    scope = "admin"

    @extend_schema(responses={200: CompaniesOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the companies that the member administers."""
        found = people.companies_in(_scope(request))
        return Response({"results": CompanyOut(found, many=True).data})


class Modules(Resource):
    """Optional rooms of the space, for its administrators."""

    scope = "admin"

    @extend_schema(responses={200: ModulesOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the optional rooms, and whether the space uses them."""
        _scope(request)
        rows = [
            {"key": one.label, "name": one.name, "used": modules.is_used(one.label)}
            for one in modules.offered()
        ]
        return Response({"results": ModuleOut(rows, many=True).data})


class Usage(Resource):
    """Usage of the space, for its administrators."""

    scope = "admin"

    @extend_schema(responses={200: AdoptionOut, **those(403)})
    def list(self, request: Request) -> Response:
        """Read the counts by week, room and company; counts of few people are null."""
        found = adoption.adoption(_scope(request), at=timezone.now())
        return Response(AdoptionOut(found).data)


def _scope(request: Request) -> frozenset[int] | None:
    """Return the companies that the member administers. Raises NotAllowed without any."""
    person = as_any(request.user)
    rules.check_has_role(people.roles_of(person), Role.Kind.ADMINISTRATOR)
    return people.scope_of(person)
