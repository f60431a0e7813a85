"""The product's settings, with a separate queue for the benchmark."""

import os

from entrymgmt.settings import *  # noqa: F403
from entrymgmt.settings import HUEY, REDIS_URL

if not REDIS_URL:
    HUEY["connection"] = {"fsync": False, "filename": os.environ["BENCHMARK_QUEUE"]}
