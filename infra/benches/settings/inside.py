"""Settings of the checkout bench's peer: the request that clicks makes the calls itself."""

from infra.settings import *

MIDDLEWARE = ["infra.benches.money.inside_calls.CallsInside", *MIDDLEWARE]
