from collections.abc import Iterator

import pytest

from tests.edge.proxies import site_certificate  # noqa: F401
from tests.panel.conftest import manager  # noqa: F401
from tests.services.product import Product


@pytest.fixture
def web(transactional_db: None, running_product: Product) -> Iterator[Product]:
    """The running product for requests that it refuses. No refusal may turn into a fault."""
    running_product.start()
    before = len(running_product.web.log.read_text())
    yield running_product
    output = running_product.web.log.read_text()[before:]
    assert "Internal Server Error" not in output, output
    assert "Exception inside application" not in output, output
    assert "ERROR daphne" not in output, output
