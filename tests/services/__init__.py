"""What the tests run against: the product as processes, a browser, and stand-ins for the providers."""
