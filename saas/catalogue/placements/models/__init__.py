"""The tables of placements; Django loads them from here."""

from saas.catalogue.placements.models.campaigns import (
    Campaign,
    Flight,
    FlightDay,
    FlightPlay,
    PartOfDay,
    Price,
    PriceList,
    RunningFlight,
    SpaceInventory,
    campaign_reference,
    flight_reference,
)
from saas.catalogue.placements.models.drafts import CampaignDraft, draft_reference
from saas.catalogue.placements.models.gates import AdGate, AdPreview, OwnGate, OwnPreview
from saas.catalogue.placements.models.refusals import (
    CampaignDeparture,
    OwnRefusal,
    Refusal,
    refusal_reference,
)
from saas.catalogue.placements.models.reports import (
    CatalogueReport,
    ReportAnswer,
    report_reference,
)
from saas.catalogue.placements.models.slots import Slot
from saas.catalogue.placements.models.weekly import WeeklyReport

__all__ = [
    "AdGate",
    "AdPreview",
    "Campaign",
    "CampaignDeparture",
    "CampaignDraft",
    "CatalogueReport",
    "Flight",
    "FlightDay",
    "FlightPlay",
    "OwnGate",
    "OwnPreview",
    "OwnRefusal",
    "PartOfDay",
    "Price",
    "PriceList",
    "Refusal",
    "ReportAnswer",
    "RunningFlight",
    "Slot",
    "SpaceInventory",
    "WeeklyReport",
    "campaign_reference",
    "draft_reference",
    "flight_reference",
    "refusal_reference",
    "report_reference",
]
