"""Addresses of the conversations."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.conversations import views

app_name = "conversations"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("blocked/", views.blocked, name="blocked"),
    path("blocked/<slug:reference>/unblock/", views.unblock, name="unblock"),
    path("pictures/<slug:token>/<int:width>.webp", views.picture, name="picture"),
    path("begin/<slug:kind>/<slug:reference>/", views.begin, name="begin"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/meeting/", views.propose, name="propose"),
    path("<slug:reference>/meeting/answer/", views.answer, name="answer"),
    path("<slug:reference>/calendar.ics", views.event, name="event"),
    path("<slug:reference>/block/", views.block, name="block"),
]
access = (
    closed("conversations:blocked", get="in:200"),
    closed("conversations:picture", "XX", "480", get="in:404"),
    closed("conversations:unblock", "ref other", post="in:404"),
    closed(
        "conversations:propose",
        "own conversation",
        get="in:404 member,other:302",
        post="in:404 member,other:422",
    ),
    closed(
        "conversations:answer",
        "own conversation",
        get="in:404 member,other:302",
        post="in:404 member,other:422",
    ),
    closed("conversations:event", "own conversation", get="in:404"),
    closed("conversations:block", "their conversation", post="in:404 admin,other:303"),
    closed("conversations:inbox", get="in:200"),
    closed(
        "conversations:detail",
        "own conversation",
        get="in:404 member,other:200",
        post="in:404 member,other:422",
    ),
    closed(
        "conversations:detail",
        "their conversation",
        get="in:404 other,admin:200",
        post="in:404 other,admin:422",
    ),
    closed("conversations:detail", "XX", get="in:404", post="in:404"),
    closed("conversations:begin", "classified", "untold classified", get="in:200", post="in:422"),
    closed(
        "conversations:begin",
        "classified",
        "company's classified",
        get="in:404 other:200",
        post="in:404 other:422",
    ),
    closed("conversations:begin", "classified", "foreign classified", get="in:404", post="in:404"),
)
