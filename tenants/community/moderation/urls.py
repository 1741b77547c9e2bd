"""Addresses of moderation."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("log/", views.log, name="log"),
    path("log/log.csv", views.log_sheet, name="log_sheet"),
    path("charter/", views.charter, name="charter"),
    path("charter/new/", views.publish_charter, name="publish_charter"),
    path("mine/", views.mine, name="mine"),
    path("report/<slug:kind>/<slug:reference>/", views.report, name="report"),
    path("about/<slug:kind>/<slug:reference>/", views.about, name="about"),
    path("cases/<slug:reference>/", views.case, name="case"),
    path("cases/<slug:reference>/<slug:token>.webp", views.picture, name="picture"),
    path("<slug:reference>/", views.decision, name="decision"),
]
access = (
    closed("moderation:queue", get="in:403 moderator:200"),
    closed("moderation:log", get="in:403 moderator:200"),
    closed("moderation:mine", get="in:200"),
    closed("moderation:charter", get="in:200", post="in:422"),
    closed("moderation:publish_charter", get="in:403 admin:200", post="in:403 admin:422"),
    closed("moderation:report", "classified", "untold classified", get="in:200", post="in:422"),
    closed(
        "moderation:report",
        "classified",
        "company's classified",
        get="in:404 other:200",
        post="in:404 other:422",
    ),
    closed("moderation:report", "classified", "foreign classified", get="in:404", post="in:404"),
    closed("moderation:report", "medium", "council's medium", get="in:200", post="in:422"),
    closed("moderation:report", "neighbour", "XX", get="in:404", post="in:404"),
    closed("moderation:report", "message", "XX", get="in:404", post="in:404"),
    closed("moderation:about", "classified", "own classified", get="in:404 other:303"),
    closed("moderation:about", "deal", "reported deal", get="in:404 member,other:303"),
    closed("moderation:about", "classified", "foreign classified", get="in:404"),
    closed(
        "moderation:case", "waiting case", get="in:403 moderator:200", post="in:403 moderator:422"
    ),
    closed("moderation:case", "XX", get="in:403 moderator:404", post="in:403 moderator:404"),
    closed("moderation:picture", "waiting case", "XX", get="in:403 moderator:404"),
    closed("moderation:decision", "waiting case", get="in:404 other:200", post="in:404 other:422"),
    closed(
        "moderation:decision",
        "decided case",
        get="in:404 member,other:200",
        post="in:404 member,other:422",
    ),
    closed("moderation:decision", "XX", get="in:404", post="in:404"),
    closed("moderation:log_sheet", get="in:403 moderator:200"),
)
