"""Resources of the operators' host: so far its description only."""

from django.urls import path

from api.description import OperatorDescription

app_name = "api"
urlpatterns = [path("openapi.json", OperatorDescription.as_view(), name="openapi")]
