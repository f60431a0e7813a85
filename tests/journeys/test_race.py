"""Concurrent check-ins of many visitors."""

import http.cookiejar
import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from appointments.models import Appointment

VISITORS = 50


class Visitor:
    """One of many visitors, with a browser's cookies and an open check-in page."""

    def __init__(self, url: str, number: int) -> None:
        self.url = url
        self.number = number
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = self.get("/")
        self.hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

    def get(self, path: str) -> str:
        with self.browser.open(self.url + path, timeout=60) as answer:
            return str(answer.read().decode())

    def press(self, host_id: int, starting_gate: threading.Barrier) -> tuple[int, str, str]:
        """Start an appointment at the same time as the others; return the status, URL and page of the response."""
        form = {
            "host": host_id,
            "name": f"Visitor {self.number}",
            "email": f"visitor{self.number}@visitor.example",
            "phone": f"+4477009003{self.number:02}",
            "people": 1,
            "action": "appointment",
        }
        data = urllib.parse.urlencode(self.hidden | form).encode()
        request = urllib.request.Request(f"{self.url}/", data, {"Origin": self.url})
        starting_gate.wait(timeout=60)
        try:
            with self.browser.open(request, timeout=60) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.url, error.read().decode()


def test_of_fifty_visitors_one_gets_the_appointment_and_the_others_the_offer_of_the_chat(server, host):
    visitors = [Visitor(server.url, number) for number in range(VISITORS)]
    gate = threading.Barrier(VISITORS)

    with ThreadPoolExecutor(VISITORS) as threads:
        answers = list(threads.map(lambda visitor: visitor.press(host.pk, gate), visitors))

    started = [url for status, url, _ in answers if status == 200 and "/v/" in url]
    refused = [page for status, _, page in answers if status == 409]
    assert (len(started), len(refused)) == (1, VISITORS - 1)
    assert all('href="#chat">Chat remotely</a>' in page for page in refused)
    assert Appointment.objects.in_person().ongoing().filter(host=host).count() == 1
