from entrymgmt.checks import proxy_is_named


def test_an_https_site_without_a_named_proxy_is_warned_of_at_deployment(settings):
    settings.SITE_URL, settings.TRUSTED_PROXIES = "https://visit.example.com", []

    assert [warning.id for warning in proxy_is_named()] == ["entrymgmt.W001"]


def test_a_site_whose_proxy_is_named_is_not_warned_of(settings):
    settings.SITE_URL, settings.TRUSTED_PROXIES = "https://visit.example.com", ["127.0.0.1/32"]

    assert proxy_is_named() == []
