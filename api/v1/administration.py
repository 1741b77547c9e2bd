"""Companies, modules, usage and council's figures, for the programs of a space's administrators.

Nothing here names a person or shows what people write.
"""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.resources import Resource
from saas.accounts.models import User, as_any
from saas.kernel import modules
from saas.kernel.values.months import year_until
from tenants.community.council.queries import account, figures
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


class CouncilMonth(serializers.Serializer[Any]):
    """Sums of a month: brought in, net of refunds, and paid."""

    month = serializers.DateField(help_text="Premier jour du mois")
    brought_cents = serializers.IntegerField()
    paid_cents = serializers.IntegerField()


@extend_schema_serializer(many=False)
class CouncilFigures(serializers.Serializer[Any]):
    """Sums of all councils of a space since the beginning, and by month for a year."""

    councils = serializers.IntegerField()
    brought_cents = serializers.IntegerField()
    paid_cents = serializers.IntegerField()
    held_cents = serializers.IntegerField()
    months = CouncilMonth(many=True)


class Companies(Resource):
    """Companies of the space, for their administrators."""

    scope = "admin"

    @extend_schema(responses={200: CompaniesOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the companies that the member administers."""
        return Response(companies_of(as_any(request.user)))


class Modules(Resource):
    """Optional rooms of the space, for its administrators."""

    scope = "admin"

    @extend_schema(responses={200: ModulesOut, **those(403)})
    def list(self, request: Request) -> Response:
        """List the optional rooms, and whether the space uses them."""
        return Response(modules_of(as_any(request.user)))


class Usage(Resource):
    """Usage of the space, for its administrators."""

    scope = "admin"

    @extend_schema(responses={200: AdoptionOut, **those(403)})
    def list(self, request: Request) -> Response:
        """Read the counts by week, room and company; counts of few people are null."""
        return Response(usage_of(as_any(request.user), at=timezone.now()))


class CouncilSums(Resource):
    """Sums of the space's councils, for its administrators."""

    scope = "admin"

    @extend_schema(responses={200: CouncilFigures, **those(403)})
    def list(self, request: Request) -> Response:
        """Read the sums of all councils together, as every member sees them."""
        return Response(council_of(as_any(request.user), at=timezone.now()))


def companies_of(person: User) -> dict[str, Any]:
    """Return the companies that a member administers. Raises NotAllowed."""
    found = people.companies_in(scope_of(person))
    return {"results": CompanyOut(found, many=True).data}


def modules_of(person: User) -> dict[str, Any]:
    """Return the optional rooms, and whether the space uses them. Raises NotAllowed."""
    scope_of(person)
    rows = [
        {"key": one.label, "name": one.name, "used": modules.is_used(one.label)}
        for one in modules.offered()
    ]
    return {"results": ModuleOut(rows, many=True).data}


def usage_of(person: User, *, at: dt.datetime) -> dict[str, Any]:
    """Return the usage of the companies that a member administers. Raises NotAllowed."""
    return dict(AdoptionOut(adoption.adoption(scope_of(person), at=at)).data)


def council_of(person: User, *, at: dt.datetime) -> dict[str, Any]:
    """Return the sums of the space's councils. Raises NotAllowed."""
    scope_of(person)
    councils = [desk.council.reference for desk in account.desks(at=at)]
    rows, held = figures.sums(councils), figures.held(councils)
    months = [
        {
            "month": month,
            "brought_cents": sum(row.brought_cents for row in rows if row.month == month),
            "paid_cents": sum(row.paid_cents for row in rows if row.month == month),
        }
        for month in year_until(timezone.localdate(at).replace(day=1))
    ]
    found = {
        "councils": len(councils),
        "brought_cents": sum(row.brought_cents for row in rows),
        "paid_cents": sum(row.paid_cents for row in rows),
        "held_cents": sum(one.cents for one in held.values()),
        "months": months,
    }
    return dict(CouncilFigures(found).data)


def scope_of(person: User) -> frozenset[int] | None:
    """Return the companies that the member administers. Raises NotAllowed without any."""
    rules.check_has_role(people.roles_of(person), Role.Kind.ADMINISTRATOR)
    return people.scope_of(person)
