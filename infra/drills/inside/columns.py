"""Canaries: words with the name of their space, table and column, wherever they turn up."""

import itertools
import re
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

type AnyField = models.Field[Any, Any]

WORDS = {"CharField", "EmailField", "SlugField", "TextField", "JSONField"}
LONG, SHORT = 15, 10
OWN_VALUE = "its own value is unique and is looked for as it is"
# Text columns without a canary, and the reason. A column neither painted nor listed fails a test.
LISTED: dict[str, str] = {
    "accounts.User.password": "a hash: people sign in with it",
    "accounts.User.language": "two letters: a language",
    "accounts.User.reference": OWN_VALUE,
    "accounts.Pass.token_hash": OWN_VALUE,
    "accounts.Session.session_key": OWN_VALUE,
    "accounts.Session.session_data": "signed: a canary is put inside the session",
    "members.Invitation.code": OWN_VALUE,
    "members.JoinRequest.language": "two letters: a language",
    "members.JoinRequest.token_hash": OWN_VALUE,
    "classifieds.Classified.reference": OWN_VALUE,
    "classifieds.Picture.name": "a path that begins with the schema; its file holds a canary",
    "gatherings.Gathering.reference": OWN_VALUE,
    "rides.Ride.reference": OWN_VALUE,
    "rides.Booking.reference": OWN_VALUE,
    "rides.Ride.weekdays": "seven figures at most: days of the week",
    "gatherings.CalendarLink.token_hash": OWN_VALUE,
    "lending.Thing.reference": OWN_VALUE,
    "lending.Loan.reference": OWN_VALUE,
    "lending.LendingPicture.name": "a path that begins with the schema; its file holds a canary",
    "conversations.Conversation.reference": OWN_VALUE,
    "conversations.Conversation.subject_kind": "one of a few words, and the address of the thing",
    "conversations.Conversation.subject_reference": "the reference of the thing",
    "conversations.Picture.name": "a path that begins with the schema",
    "mediastore.Medium.reference": OWN_VALUE,
    "mediastore.Medium.feed": "the address of a podcast; other media have none",
    "integrations.ApiToken.ending": "a word that says why it ended",
    "mediastore.Medium.language": "two letters: a language",
    "mediastore.Medium.upload": "a path that begins with the schema",
    "mediastore.Medium.failure": "one of a few words, which say why a file was refused",
    "mediastore.Part.file": "a path that begins with the schema",
    "mediastore.Part.content_type": "one of a few types, told by a file's first bytes",
    "mediastore.Part.key": "the digest of an episode's name",
    "mediastore.Sponsorship.flight_reference": "the reference of a placement in public",
    "treaties.HiddenItem.item_reference": "the reference of a neighbour's thing",
    "mediastore.Illustration.file": "a path that begins with the schema",
    "conversations.Message.reference": OWN_VALUE,
    "members.Profile.cgu_digest": "a digest of the conditions of use",
    "members.Portrait.name": "a path that begins with the schema",
    "moderation.Case.reference": OWN_VALUE,
    "moderation.Case.kind": "one of a few words, and the address of the thing",
    "moderation.Case.subject_reference": "the reference of the thing",
    "moderation.Case.url": "the address of the thing",
    "deals.Deal.reference": OWN_VALUE,
    "deals.Deal.link": "an https address, which a constraint holds",
    "members.Thanks.subject_kind": "one of a few words, and the address of the thing",
    "members.Thanks.subject_reference": "the reference of the thing",
    "kiosk.Screen.reference": OWN_VALUE,
    "kiosk.Screen.token_hash": OWN_VALUE,
    "kiosk.Screen.play_secret": OWN_VALUE,
    "kiosk.Pairing.code": "six figures that are typed",
    "kiosk.Pairing.claim_hash": OWN_VALUE,
    "kiosk.Pairing.network": "a keyed hash of a network",
    "kiosk.DayPart.reference": OWN_VALUE,
    "kiosk.DayPart.weights": "kinds of slides, and small numbers",
    "kiosk.ScreenMessage.reference": OWN_VALUE,
    "kiosk.Arrangement.kind": "one of a few words",
    "kiosk.Play.kind": "one of a few words",
    "kiosk.Play.flight_reference": "the reference of a placement in public",
    "neighbourhood.PlacementEvent.flight_reference": "the reference of a placement in public",
    "neighbourhood.OfferSalt.offer_reference": "the reference of an offer in public",
    "neighbourhood.OfferSalt.period": "a day, or nothing",
    "neighbourhood.ShopMark.merchant_reference": "the reference of a shop in public",
    "neighbourhood.MemberReport.subject_reference": "the reference of a shop or ad in public",
    "neighbourhood.MemberReport.report_reference": "the reference of a report in public",
    "council.RefusalAct.refusal_reference": "the reference of a refusal in public",
    "neighbourhood.CouncilMonth.campaign_reference": "the reference of a campaign in public",
}
_numbers = itertools.count(1)


def tables() -> list[type[models.Model]]:
    """Return the models with tables in every space."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        if model._meta.managed
    ]


def texts(model: type[models.Model]) -> list[AnyField]:
    """Return the columns of a table that hold words of people."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.get_internal_type() in WORDS and not field.choices
    ]


def is_painted(field: AnyField) -> bool:
    """Return True if a column gets a canary."""
    return str(field) not in LISTED and (field.max_length or LONG) >= SHORT


class Flock:
    """The canaries of a space, and the place of each."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        self.known: dict[str, str] = {}

    def word(self, where: str, *, length: int = LONG) -> str:
        """Return a new canary for a place."""
        number = next(_numbers)
        word = (
            f"kanari{self.letter}{number:08}" if length >= LONG else f"knr{self.letter}{number:06}"
        )
        self.known[word] = where
        return word

    def value(self, field: AnyField) -> Any:
        """Return a canary in the form that a column takes."""
        word = self.word(str(field), length=field.max_length or LONG)
        if field.get_internal_type() == "JSONField":
            return {"canary": word}
        if isinstance(field, models.EmailField):
            return f"{word}@drill.example"
        return word

    def remember(self, row: models.Model) -> None:
        """Look for the values that are unique in themselves, too."""
        for field in texts(type(row)):
            value = str(getattr(row, field.attname))
            if LISTED.get(str(field)) == OWN_VALUE and len(value) >= len("M-234567"):
                self.known[value.lower()] = str(field)

    def open(self, row: models.Model, category: str, *columns: str) -> None:
        """Note that a treaty may open these columns of a row, or all its words, to others."""
        names = columns or [field.attname for field in texts(type(row))]
        values = {str(getattr(row, name)).lower() for name in names}
        for word in values & self.known.keys():
            self.known[word] = f"{self.known[word]}:{category}"


PATTERN = re.compile(r"kanari[a-z]\d{8}|knr[a-z]\d{6}")
