"""Addresses of this room, on the public host."""

from django.urls import path

from billing import views, webhooks
from saas.accounts.access import closed, opened

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
    path("desk/checkout/<str:reference>/pause/", views.pause, name="pause"),
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
access = (
    closed(
        "billing:checkout",
        "campaign of merchant",
        get="in:404 merchant:200",
        post="in:404 merchant:303",
    ),
    closed("billing:checkout", "XX", get="in:404", post="in:404"),
    closed("billing:withdraw", "XX", post="in:404"),
    closed("billing:pause", "campaign of merchant", post="in:404 merchant:303"),
    closed("billing:pause", "XX", post="in:404"),
    closed("billing:returned", get="in:404"),
    closed("billing:orders", get="in:200"),
    closed("billing:order", "XX", get="in:404"),
    closed("billing:subscriptions", get="in:200"),
    closed("billing:subscription", "XX", get="in:404", post="in:404"),
    closed("billing:spending", get="in:200", post="in:303 operator:422"),
    closed("billing:payment_methods", get="in:200", post="in:422 operator:200"),
    closed("billing:order", "order of merchant", get="in:404 merchant:200"),
    closed("billing:trace", "order of merchant", get="in:404"),
    closed(
        "billing:stop", "order of merchant", get="in:404 merchant:200", post="in:404 merchant:422"
    ),
    closed("billing:cancel", "order of merchant", post="in:404 merchant:422"),
    closed("billing:invoices", get="in:200"),
    closed("billing:invoice", "XX", get="in:404"),
    closed("billing:invoice_file", "XX", get="in:404"),
    opened("billing:snapshot", post="all:400"),
    opened("billing:connected", post="all:400"),
    opened("billing:thin", post="all:400"),
)
