"""What the pages of accounts share."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.delays import Wait

TARGET = "next"


def show(request: HttpRequest, name: str, title: str | Promise, status: int = 200, **context: Any) -> HttpResponse:
    """The page `admin/account/<name>.html` of the panel."""
    return render(
        request,
        f"admin/account/{name}.html",
        {**admin.site.each_context(request), "title": title, **context},
        status=status,
    )


def too_many(request: HttpRequest, wait: Wait) -> HttpResponse:
    """The page that says how long to wait before the next try."""
    seconds = wait.time.total_seconds()
    whole_minutes = timedelta(minutes=ceil(seconds / 60))
    response = render(request, "admin/locked.html", {"wait": whole_minutes}, status=429)
    response.headers["Retry-After"] = str(int(seconds))
    return response


def target_of(request: HttpRequest) -> str:
    """Where this person wanted to go: a path of this site, else the first page."""
    target = request.POST.get(TARGET) or request.GET.get(TARGET) or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else reverse("admin:index")
