"""The pages run in the same application as the API: its fixtures serve both."""

from tests.api.conftest import app, client, clock, log_in, street, submit, vault

__all__ = ["app", "client", "clock", "log_in", "street", "submit", "vault"]
