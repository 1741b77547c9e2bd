"""Profiles of colleagues, and the member's own profile."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.errors import those
from api.pictures import PictureOut
from api.resources import Resource
from saas.accounts.models import User, as_any
from tenants.community.members.actions import card as card_actions
from tenants.community.members.actions import membership as actions
from tenants.community.members.models import Profile
from tenants.community.members.queries import cards
from tenants.community.members.queries import people as queries
from tenants.community.members.rules import membership as rules

PERSON = OpenApiParameter(
    "reference", str, OpenApiParameter.PATH, description="Référence publique d’un collègue."
)

_OF_THE_ACCOUNT = ("first_name", "last_name", "language", "theme")


class CardOut(serializers.Serializer[Any]):
    """All that a colleague shows to the viewer; fields not visible to the viewer are empty."""

    reference = serializers.CharField(source="member.user.reference")
    name = serializers.CharField(source="member.user.short_name")
    company = serializers.CharField(source="member.company")
    is_newcomer = serializers.BooleanField(source="newcomer")
    portrait = PictureOut(allow_null=True)
    team = serializers.CharField()
    about = serializers.CharField()
    site = serializers.CharField()
    languages = serializers.CharField()
    thanks = serializers.IntegerField()


class Seen(serializers.Serializer[Any]):
    """The audience of each field of the member's card."""

    picture = serializers.ChoiceField(choices=Profile.Seen.choices)
    team = serializers.ChoiceField(choices=Profile.Seen.choices)
    site = serializers.ChoiceField(choices=Profile.Seen.choices)
    about = serializers.ChoiceField(choices=Profile.Seen.choices)
    languages = serializers.ChoiceField(choices=Profile.Seen.choices)
    offers = serializers.ChoiceField(choices=Profile.Seen.choices)
    thanks = serializers.ChoiceField(choices=Profile.Seen.choices)


class OwnProfile(serializers.Serializer[Any]):
    """The member's own profile, with the language and the theme of the pages that they open."""

    first_name = serializers.CharField(max_length=60)
    last_name = serializers.CharField(max_length=60)
    company_id = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)
    site_id = serializers.IntegerField(min_value=1, max_value=2**62, allow_null=True)
    team = serializers.CharField(max_length=60, allow_blank=True)
    about = serializers.CharField(max_length=280, allow_blank=True)
    languages = serializers.CharField(max_length=120, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    theme = serializers.ChoiceField(choices=User.Theme.choices)
    seen = Seen()


class People(Resource):
    """Colleagues of the space, and the member's own profile."""

    scope = "people"

    @extend_schema(parameters=[PERSON], responses={200: CardOut, **those(403, 404)})
    def retrieve(self, request: Request, reference: str) -> Response:
        """Read the profile of a colleague, as visible to the member."""
        viewer, member = as_any(request.user), queries.member_of(reference)
        if member is None:
            raise Http404
        return Response(CardOut(cards.card(member, viewer=viewer, at=timezone.now())).data)

    @extend_schema(responses={200: OwnProfile, **those(403)})
    @action(detail=False, methods=["get"])
    def me(self, request: Request) -> Response:
        """Read the member's own profile, and the audience of each field."""
        return Response(OwnProfile(_described(as_any(request.user))).data)

    @extend_schema(
        request=OwnProfile(partial=True), responses={200: OwnProfile, **those(400, 403, 422)}
    )
    @me.mapping.post
    def describe_me(self, request: Request) -> Response:
        """Update the named fields of the own profile; a company may first have to agree."""
        given, by = OwnProfile(data=request.data, partial=True), as_any(request.user)
        given.is_valid(raise_exception=True)
        _keep(given.validated_data, by=by)
        return Response(OwnProfile(_described(by)).data)


def _described(person: User) -> dict[str, Any]:
    profile = queries.profile_of(person) or Profile(user=person)
    words = ("company_id", "site_id", "team", "about", "languages")
    return {
        **{name: getattr(person, name) for name in _OF_THE_ACCOUNT},
        **{name: getattr(profile, name) for name in words},
        "seen": {name: getattr(profile, f"{name}_seen") for name in rules.FIELDS},
    }


@transaction.atomic
def _keep(given: dict[str, Any], *, by: User) -> None:
    queries.profile_to_change(by)  # row lock: two programs must not overwrite each other
    by.refresh_from_db(fields=_OF_THE_ACCOUNT)
    at, before = timezone.now(), _described(by)
    seen = {**before.pop("seen"), **given.pop("seen", {})}
    languages = given.pop("languages", before.pop("languages"))
    profile = actions.describe_oneself(**{**before, **given}, by=by, at=at)
    card_actions.show(
        seen=seen, languages=languages, portraits=cards.portraits_of(profile), by=by, at=at
    )
