"""Addresses of campaigns at the merchant's desk."""

from django.urls import path

from saas.accounts.access import closed
from saas.catalogue.placements.views import campaigns, drafts

app_name = "placements"
urlpatterns = [
    path("", campaigns.campaigns, name="campaigns"),
    path("new/", campaigns.new, name="new"),
    path("price/", campaigns.price, name="price"),
    path("weekly/", campaigns.weekly, name="weekly"),
    path("start/", drafts.start, name="start"),
    path("drafts/<str:reference>/", drafts.draft, name="draft"),
    path("drafts/<str:reference>/drop/", drafts.drop, name="drop"),
    path("drafts/<str:reference>/<str:name>/", drafts.step, name="step"),
    path("<str:reference>/", campaigns.detail, name="detail"),
    path("<str:reference>/again/", drafts.again, name="again"),
    path("<str:reference>/sheet/", campaigns.sheet, name="sheet"),
    path("<str:reference>/report/", campaigns.paper, name="paper"),
]
access = (
    closed("placements:campaigns", get="in:200"),
    closed("placements:new", get="in:200 operator:303", post="in:422 operator:303"),
    closed("placements:price", post="in:200 operator:404"),
    closed("placements:weekly", post="in:303 operator:404"),
    closed("placements:start", get="in:200 operator:303", post="in:422 operator:303"),
    closed(
        "placements:draft",
        "draft of merchant",
        get="in:404 merchant:200",
        post="in:404 merchant:422",
    ),
    closed(
        "placements:step",
        "draft of merchant",
        "ad",
        get="in:404 merchant:200",
        post="in:404 merchant:422",
    ),
    closed("placements:drop", "draft of merchant", post="in:404 merchant:303"),
    closed("placements:draft", "XX", get="in:404", post="in:404"),
    closed("placements:step", "XX", "ad", get="in:404", post="in:404"),
    closed("placements:drop", "XX", post="in:404"),
    closed("placements:detail", "campaign of merchant", get="in:404 merchant:200"),
    closed("placements:detail", "XX", get="in:404"),
    closed("placements:again", "campaign of merchant", post="in:404 merchant:303"),
    closed("placements:again", "XX", post="in:404"),
    closed("placements:sheet", "campaign of merchant", get="in:404 merchant:200"),
    closed("placements:sheet", "XX", get="in:404"),
    closed("placements:paper", "campaign of merchant", get="in:404"),
    closed("placements:paper", "XX", get="in:404"),
)
