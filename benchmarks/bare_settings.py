"""The product's settings without any middleware, for the bare views of `benchmarks/bare.py`."""

from benchmarks.notification_settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.bare"
