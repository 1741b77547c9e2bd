"""Addresses of the search, and of what is kept of it."""

from django.urls import path

from tenants.community.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("saved/", views.saved, name="saved"),
    path("saved/things/", views.favourite, name="favourite"),
    path("saved/<slug:reference>/", views.kept, name="kept"),
    path("saved/<slug:reference>/forget/", views.forget, name="forget"),
]
