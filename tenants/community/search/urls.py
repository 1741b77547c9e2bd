"""Addresses of the search, of saved searches and of favourites."""

from django.urls import path

from saas.accounts.access import closed
from tenants.community.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("saved/", views.saved, name="saved"),
    path("saved/things/", views.favourite, name="favourite"),
    path("saved/<slug:reference>/", views.saved_search, name="kept"),
    path("saved/<slug:reference>/forget/", views.forget, name="forget"),
]
access = (
    closed("search:results", get="in:200"),
    closed("search:saved", get="in:200", post="in:422"),
    closed("search:favourite", post="in:303"),
    closed("search:kept", "own search", get="in:404 member:200", post="in:404 member:422"),
    closed("search:kept", "foreign search", get="in:404", post="in:404"),
    closed("search:forget", "spare search", post="in:404 member:303"),
    closed("search:forget", "foreign search", post="in:404"),
)
