"""Addresses of the console."""

from django.urls import path

from saas.console import views

app_name = "ops"
urlpatterns = [
    path("", views.home, name="home"),
    path("spaces/", views.spaces, name="spaces"),
    path("councils/<str:reference>/", views.council, name="council"),
    path("councils/<str:reference>/terms/", views.offer_terms, name="offer_terms"),
    path("councils/<str:reference>/personality/", views.personality, name="personality"),
    path("merchants/", views.merchants, name="merchants"),
    path("orders/", views.orders, name="orders"),
    path("orders/<str:reference>/", views.order, name="order"),
    path("orders/<str:reference>/refund/", views.refund, name="refund"),
    path("refunds/<str:reference>/", views.decide, name="decide"),
    # The same path as at the merchant's desk: papers link to each other by it.
    path("desk/invoices/<str:number>/", views.invoice, name="invoice"),
    path("transfers/", views.transfers, name="transfers"),
    path("transfers/<str:reference>/", views.release, name="release"),
    path("owed/<int:claim_id>/", views.write_off, name="write_off"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/retry/", views.retry, name="retry"),
    path("jobs/halt/", views.end_halt, name="end_halt"),
]
