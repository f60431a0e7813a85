"""The services of the tests: the product as processes, a browser, and stand-ins for the providers."""
