"""The address at which forms search addresses, on each kind of host."""

from django.urls import path

from saas.accounts.access import opened
from saas.geocoding import views

urlpatterns = [path("addresses/", views.suggest, name="addresses")]
access = (opened("addresses", get="all:200"),)
