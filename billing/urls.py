"""Addresses of this room, on the public host."""

from django.urls import path

from billing import views, webhooks

app_name = "billing"
urlpatterns = [
    path("desk/checkout/<str:reference>/", views.checkout, name="checkout"),
    path("desk/orders/", views.orders, name="orders"),
    path("desk/orders/returned/", views.returned, name="returned"),
    path("desk/orders/<str:reference>/", views.order, name="order"),
    path("desk/orders/<str:reference>/trace/", views.trace, name="trace"),
    path("desk/orders/<str:reference>/stop/", views.stop, name="stop"),
    path("desk/orders/<str:reference>/cancel/", views.cancel, name="cancel"),
    path("desk/checkout/<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/subscriptions/", views.subscriptions, name="subscriptions"),
    path("desk/subscriptions/<str:reference>/", views.subscription, name="subscription"),
    path("desk/spending/", views.spending, name="spending"),
    path("desk/payment-methods/", views.payment_methods, name="payment_methods"),
    path("desk/invoices/", views.invoices, name="invoices"),
    path("desk/invoices/<str:number>/", views.invoice, name="invoice"),
    path("desk/invoices/<str:number>/pdf/", views.invoice_file, name="invoice_file"),
    path("stripe/snapshot/", webhooks.snapshot, name="snapshot"),
    path("stripe/connected/", webhooks.connected, name="connected"),
    path("stripe/thin/", webhooks.thin, name="thin"),
]
