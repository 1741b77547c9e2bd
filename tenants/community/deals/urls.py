"""Addresses of the deals."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.deals import views

app_name = "deals"
urlpatterns = [
    path("", views.board, name="board"),
    path("new/", views.post, name="post"),
    path("offers/", views.offers, name="offers"),
    path("<slug:reference>/", views.detail, name="detail"),
    path("<slug:reference>/edit/", views.edit, name="edit"),
    path("<slug:reference>/close/", views.close, name="close"),
    path("<slug:reference>/vote/", views.vote, name="vote"),
    path("<slug:reference>/thank/", views.thank, name="thank"),
]
access = (
    closed("deals:board", get="in:200"),
    closed("deals:offers", get="in:200"),
    closed("deals:post", get="in:200", post="in:422"),
    closed("deals:detail", "own deal", get="in:200"),
    closed("deals:detail", "foreign deal", get="in:404"),
    closed("deals:edit", "own deal", get="in:403 member:200", post="in:403 member:422"),
    closed("deals:edit", "foreign deal", get="in:404", post="in:404"),
    closed("deals:close", "own deal", post="in:403 member:303"),
    closed("deals:close", "foreign deal", post="in:404"),
    closed("deals:vote", "own deal", post="in:422"),
    closed("deals:vote", "foreign deal", post="in:404"),
    closed("deals:thank", "own deal", post="in:303 member:422"),
    closed("deals:thank", "foreign deal", post="in:404"),
)
