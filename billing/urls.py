"""Addresses of this room, on the public host."""

from django.urls import path

from billing import views, webhooks

app_name = "billing"
urlpatterns = [
    path("desk/checkout/<str:reference>/", views.checkout, name="checkout"),
    path("desk/orders/returned/", views.returned, name="returned"),
    path("desk/orders/<str:reference>/", views.order, name="order"),
    path("desk/orders/<str:reference>/cancel/", views.cancel, name="cancel"),
    path("desk/invoices/", views.invoices, name="invoices"),
    path("desk/invoices/<str:number>/", views.invoice, name="invoice"),
    path("stripe/snapshot/", webhooks.snapshot, name="snapshot"),
    path("stripe/connected/", webhooks.connected, name="connected"),
    path("stripe/thin/", webhooks.thin, name="thin"),
]
