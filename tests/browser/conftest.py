"""Who works on the board, and on which day."""

from datetime import date

import pytest

from scheduling.models import User
from tests.browser.board import PASSWORD
from tests.dispatch.board_day import in_three_days
from tests.dispatch.cast import make_user


@pytest.fixture
def day(live_site: str) -> date:
    return in_three_days()


@pytest.fixture
def dispatcher(live_site: str) -> User:
    return make_user("dispatcher", password=PASSWORD)
