"""The tables of the limits. They hold keyed hashes (HMAC with SECRET_KEY) of addresses and numbers, never these."""

from __future__ import annotations

from django.db import models

from core.digests import DIGEST_LENGTH


class Count(models.Model):
    """How often one key of one rule was counted in one window; `digest` identifies all three.

    It is used while no cache is shared by all processes. `expires_at` is the end of the window.
    """

    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)


class Refusal(models.Model):
    """The last time that a rule refused one key, to within `refusals.NOTED_EVERY`."""

    rule = models.CharField(max_length=40)
    digest = models.CharField(max_length=DIGEST_LENGTH, primary_key=True)
    at = models.DateTimeField(db_index=True)
