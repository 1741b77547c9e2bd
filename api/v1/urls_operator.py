"""Resources of the operators' host: so far its description only."""

from django.urls import path

from api.description import OperatorDescription, reference

app_name = "api"
urlpatterns = [
    path("", reference, name="reference"),
    path("openapi.json", OperatorDescription.as_view(), name="openapi"),
]
