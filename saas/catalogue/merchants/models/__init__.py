"""The tables of merchants; Django loads them from here."""

from saas.catalogue.merchants.models.corrections import Correction
from saas.catalogue.merchants.models.people import (
    Acceptance,
    Invitation,
    JoinRequest,
    Membership,
    ShopChoice,
    invitation_reference,
    join_reference,
)
from saas.catalogue.merchants.models.pictures import SentPicture
from saas.catalogue.merchants.models.programs import ProgramToken, program_reference
from saas.catalogue.merchants.models.reviews import DECIDED, ReviewedWords
from saas.catalogue.merchants.models.shops import (
    LATEST_ON_THE_MORROW,
    Category,
    Merchant,
    OpeningHours,
    PublishedHours,
    PublishedMerchant,
    Seat,
    Signup,
    VatCheck,
    merchant_reference,
    unidentified,
)

__all__ = [
    "DECIDED",
    "LATEST_ON_THE_MORROW",
    "Acceptance",
    "Category",
    "Correction",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Merchant",
    "OpeningHours",
    "ProgramToken",
    "PublishedHours",
    "PublishedMerchant",
    "ReviewedWords",
    "Seat",
    "SentPicture",
    "ShopChoice",
    "Signup",
    "VatCheck",
    "invitation_reference",
    "join_reference",
    "merchant_reference",
    "program_reference",
    "unidentified",
]
