"""Where a request is sent on to."""

from __future__ import annotations

import pytest

from ailab.services.hub.hub_errors import HubFormatError
from ailab.services.hub.redirect import redirect_target

HUB = "https://huggingface.co/a/resolve/main/x"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/api/models/b?c=d", "https://huggingface.co/api/models/b?c=d"),
        ("https://cdn.hf.co/x?P=a%2Fb%27c%7Ed", "https://cdn.hf.co/x?P=a%2Fb%27c%7Ed"),
        ("//cdn.hf.co/x", "https://cdn.hf.co/x"),
        ("/a b/é", "https://huggingface.co/a%20b/%C3%A9"),
        ("/x\r\nEvil: 1", "https://huggingface.co/x%0D%0AEvil:%201"),
    ],
)
def test_that_an_address_is_passed_on_as_it_came(location: str, target: str) -> None:
    assert redirect_target(HUB, location) == target


@pytest.mark.parametrize(
    "location",
    ["http://huggingface.co/x?sig=1", "http://cdn.hf.co/x", "file:///etc/passwd", "http://["],
)
def test_that_an_unsafe_address_is_not_followed(location: str) -> None:
    with pytest.raises(HubFormatError, match="not safe") as caught:
        redirect_target(HUB, location)
    assert "sig=1" not in caught.value.detail


def test_that_an_open_way_may_lead_to_another_open_one() -> None:
    assert redirect_target("http://hub.lab/a", "/b") == "http://hub.lab/b"
    assert redirect_target("http://hub.lab/a", "https://c.lab/b") == "https://c.lab/b"
