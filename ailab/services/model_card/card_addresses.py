"""Where a card's links and pictures lead."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class CardAddresses:
    """Makes a card's addresses absolute, as the Hub's own page does.

    Attributes:
        endpoint: origin of the Hub, without a slash at its end.
        model_id: `owner/name`.
        revision: branch, tag or commit of the card.
    """

    endpoint: str
    model_id: str
    revision: str

    def link(self, address: str) -> str | None:
        """Where a link leads: https, mailto, a place in the card (`#…`); else None.

        A relative address is that of a file's page. http on the Hub's own origin is kept.
        """
        address = address.strip()
        if address.startswith("#"):
            return address if len(address) > 1 else None
        if address.lower().startswith("mailto:") and len(address) < _LONGEST:
            return address
        return self._absolute(address, "blob")

    def picture(self, address: str) -> str | None:
        """Where a picture lies; a relative address is that of a repository's file."""
        address = address.strip()
        found = None if address.startswith("#") else self._absolute(address, "resolve")
        if found is None:
            return None
        # A file's page is no picture; authors often paste its address nevertheless.
        return found.replace("/blob/", "/resolve/", 1) if self._is_of_hub(found) else found

    def _absolute(self, address: str, kind: str) -> str | None:
        if not address or len(address) > _LONGEST:
            return None
        revision = quote(self.revision, safe="")
        base = f"{self.endpoint}/{self.model_id}/{kind}/{revision}/"
        try:
            found = urljoin(base, address)
            parts = urlsplit(found)
            has_host = bool(parts.hostname) and parts.port is not False
        except ValueError:
            return None
        if not has_host or parts.username is not None or parts.password is not None:
            return None
        if not found.isprintable() or "\\" in found:
            return None
        # http is asked for by https: nothing is worth being read along the way.
        if parts.scheme == "http" and not self._is_of_hub(found):
            return f"https{found[4:]}"
        return found if parts.scheme in {"https", "http"} else None

    def _is_of_hub(self, address: str) -> bool:
        return address.startswith(f"{self.endpoint}/")
