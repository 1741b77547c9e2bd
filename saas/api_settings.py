"""Settings of the API: authentication, permissions, rate limits and OpenAPI schema."""

from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.TokenAuthentication",
        "api.authentication.PageAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "api.authentication.WithinScopes",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["api.rates.MemberRate"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.errors.answer",
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Troovon",
    "DESCRIPTION": "What a page of a space can do, for programs.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.description.complete",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "SeenByEnum": "tenants.community.members.models.Profile.Seen",
        "KindEnum": "tenants.community.classifieds.models.Classified.Kind",
        "GatheringKindEnum": "tenants.community.gatherings.models.Gathering.Kind",
        "RideBookingStateEnum": "tenants.community.rides.models.Booking.State",
        "ModerationCaseStateEnum": "tenants.community.moderation.models.Case.State",
        "MediumKindEnum": "tenants.community.mediastore.models.Medium.Kind",
        "ReportedKindEnum": "tenants.community.moderation.wording.KIND_CHOICES",
        "ReportReasonEnum": "tenants.community.moderation.models.Reason",
        "DealCategoryEnum": "tenants.community.deals.models.Deal.Category",
        "RhythmEnum": "tenants.community.gatherings.models.Series.Rhythm",
        "SearchRhythmEnum": "tenants.community.search.models.SavedSearch.Rhythm",
    },
}
