"""Addresses of SCIM on the host of a space."""

from django.urls import path

from api.scim import views
from saas.accounts.access import by_token

app_name = "scim"
urlpatterns = [
    path("", views.resource, name="root"),
    path("<path:path>", views.resource, name="resource"),
]
access = (by_token("scim:root"), by_token("scim:resource", "Users"))
