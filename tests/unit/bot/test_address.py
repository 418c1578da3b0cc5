"""What a request is counted under."""

import pytest

from bot.channels.address import counted_under


@pytest.mark.parametrize(
    ("shown", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", "unknown"),
        ("hemligt", "unknown"),
    ],
)
def test_address_is_counted_as_one_subscriber(shown: str, counted: str | None) -> None:
    assert counted_under(shown) == counted
