"""Addresses of this room."""

from django.urls import path

from tenants.community.council import views

app_name = "council"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/<str:reference>/", views.trail, name="trail"),
    path("terms/", views.terms, name="terms"),
    path("terms/<str:reference>/", views.accept, name="accept"),
    path("account/", views.account, name="account"),
    path("account/<str:reference>/", views.open_account, name="open_account"),
    path("account/<str:reference>/link/", views.link, name="link"),
    path("account/<str:reference>/back/", views.back, name="back"),
]
