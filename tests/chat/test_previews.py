"""Programs that ask for a page behind a link, as for its preview, leave no trace."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offices.current import current_office
from tests.security.urls import every_url

# The names that machines give themselves which open links in emails and texts.
MACHINES = [
    "WhatsApp/2.24.20.89 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    # What an iPhone adds for the preview of a text.
    "Mozilla/5.0 (Macintosh) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    # Safe Links of Outlook names itself like a browser.
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "curl/8.5.0",
]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_preview_of_any_page_behind_a_link_leaves_no_trace(client: Client, remote, in_person, machine):
    """Nothing is written anywhere: no page counts as opened by having been asked for."""
    behind_links = [url for url in every_url() if "token" in url.parameters]
    assert len(behind_links) >= 13
    current_office()

    for appointment in (remote, in_person):
        for token in (appointment.visitor_token, appointment.host_token):
            for url in behind_links:
                for ask in (client.get, client.head):
                    with CaptureQueriesContext(connection) as queries:
                        answer = ask(url.path({"token": token}), headers={"user-agent": machine})
                    written = [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")]
                    assert written == [], (url, answer.status_code)
