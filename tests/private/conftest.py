import pytest

from gridops.private.account import service_account
from tests.private.places import open_folder


@pytest.fixture
def account():
    return service_account()


@pytest.fixture
def place():
    with open_folder() as folder:
        yield folder
