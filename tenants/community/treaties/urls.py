"""Addresses of the pages about neighbouring spaces."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.treaties import views

app_name = "treaties"
urlpatterns = [
    path("", views.board, name="board"),
    path("pictures/<slug:token>.webp", views.picture, name="picture"),
    path("treaties/", views.treaties, name="treaties"),
    path("treaties/<slug:reference>/", views.treaty, name="treaty"),
    path("messages/<slug:reference>/", views.thread, name="thread"),
    path("messages/<slug:reference>/close/", views.close, name="close"),
    path("<slug:space>/<slug:reference>/", views.detail, name="detail"),
]
access = (
    closed("treaties:board", get="in:200"),
    closed("treaties:detail", "south", "foreign classified", get="in:404", post="in:404"),
    closed("treaties:picture", "XX", get="in:404"),
    closed("treaties:thread", "XX", get="in:404", post="in:404"),
    closed("treaties:close", "XX", post="in:404"),
    closed("treaties:treaties", get="in:403 admin:200", post="in:403 admin:422"),
    closed("treaties:treaty", "XX", get="in:403 admin:404", post="in:403 admin:404"),
)
