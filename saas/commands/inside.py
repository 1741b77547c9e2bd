"""Settings of the checkout bench's peer: the request that clicks makes the calls itself."""

from saas.settings import *

MIDDLEWARE = ["saas.commands.inside_calls.CallsInside", *MIDDLEWARE]
