"""The product's settings, with a queue of the benchmark's own."""

import os

from entrymgmt.settings import *  # noqa: F403
from entrymgmt.settings import HUEY, REDIS_URL

if not REDIS_URL:
    HUEY["connection"] = {"fsync": False, "filename": os.environ["BENCHMARK_QUEUE"]}
