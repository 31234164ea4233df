"""Settings on the disk, in the environment, and what is wrong with them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override
from ailab.services.settings.setting_checks import (
    check_endpoint_setting,
    check_folder,
    check_proxy,
)
from ailab.services.settings.settings_error import SettingsError
from ailab.services.settings.settings_file import SettingsFile
from ailab.services.settings.surroundings import find_overrides, in_effect

SET = LabSettings("/models/ü", "https://mirror.example", "http://proxy:3128", False, True)


async def test_that_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "config")
    assert (await file.load()).settings == LabSettings()
    await file.save(SET)
    assert (await file.load()).settings == SET
    assert (await file.load()).problem is None
    assert [path.name for path in (tmp_path / "config").iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"endpoint": 3}', b'{"is_offline": 1}', b"\xff\xfe", b"[" * 9999],
)
async def test_that_a_damaged_file_is_set_aside_and_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    loaded = await SettingsFile(tmp_path).load()
    assert loaded.settings == LabSettings()
    assert loaded.problem is not None
    assert "settings.damaged.json" in loaded.problem.advice
    assert (tmp_path / "settings.damaged.json").read_bytes() == content
    assert (await SettingsFile(tmp_path).load()).problem is None


async def test_that_settings_of_another_version_are_read_as_far_as_known(tmp_path: Path) -> None:
    text = json.dumps({"proxy": "http://p:1", "a_later_one": [1]})
    (tmp_path / "settings.json").write_text(text, "utf-8")
    assert (await SettingsFile(tmp_path).load()).settings == LabSettings(proxy="http://p:1")


async def test_that_settings_that_cannot_be_kept_or_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="could not be saved"):
        await SettingsFile(tmp_path / "file").save(SET)
    (tmp_path / "settings.json").mkdir()
    loaded = await SettingsFile(tmp_path).load()
    assert loaded.problem is not None
    with pytest.raises(SettingsError):
        await SettingsFile(tmp_path).save(SET)
    assert not (tmp_path / "settings.damaged.json").exists()


@pytest.mark.parametrize(
    ("environ", "name", "variable"),
    [
        ({"HF_HUB_CACHE": "/c", "HF_HOME": "/h"}, "cache_folder", "HF_HUB_CACHE"),
        ({"HF_HOME": "/h"}, "cache_folder", "HF_HOME"),
        ({"HF_ENDPOINT": "https://m.example"}, "endpoint", "HF_ENDPOINT"),
        ({"https_proxy": "http://p:1"}, "proxy", "https_proxy"),
        ({"HF_HUB_OFFLINE": "yes"}, "is_offline", "HF_HUB_OFFLINE"),
    ],
)
def test_that_the_environment_wins(environ: dict[str, str], name: str, variable: str) -> None:
    value = environ[variable]
    assert find_overrides(environ) == {name: Override(variable, value)}
    effect = in_effect(LabSettings("/a", "https://b.example", "http://c:1"), environ)
    assert getattr(effect, name) == (True if name == "is_offline" else "")


@pytest.mark.parametrize("scheme", ["http://", "socks5://"])
def test_that_the_password_of_a_proxy_in_the_environment_is_not_shown(scheme: str) -> None:
    found = find_overrides({"HTTPS_PROXY": f"{scheme}ada:secret@proxy.lab:80/"})
    assert found["proxy"].value == f"{scheme}proxy.lab:80/"
    assert "secret" not in find_overrides({"HTTPS_PROXY": "ada:secret@proxy.lab:80"})["proxy"].value


def test_that_settings_count_where_the_environment_says_nothing() -> None:
    assert in_effect(SET, {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": " "}) == SET


def test_that_a_folder_is_looked_at_without_being_made(tmp_path: Path) -> None:
    (tmp_path / "models--lab--a").mkdir()
    (tmp_path / "models--lab--b").mkdir()
    (tmp_path / "datasets--lab--c").mkdir()
    facts = check_folder(str(tmp_path))
    assert (facts.models, facts.is_there, facts.free > 0) == (2, True, True)
    facts = check_folder(str(tmp_path / "not" / "yet"))
    assert (facts.models, facts.is_there) == (0, False)
    assert len(list(tmp_path.iterdir())) == 3


def test_that_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(SettingsError, match="not a folder"):
        check_folder(str(tmp_path / "a" / "models"))


@pytest.mark.parametrize(
    "address",
    [
        *("hub.example", "ftp://hub.example", "https://", "https://a:b:c", "https://hub/?q=1"),
        *("x y", "https://non sense"),
    ],
)
def test_that_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(SettingsError):
        check_endpoint_setting(address)


def test_that_addresses_that_can_be_used_are_told_as_such() -> None:
    assert check_endpoint_setting("") == ""
    assert check_endpoint_setting(" https://mirror.example/hub/ ") == ""
    assert check_endpoint_setting("http://localhost:8080") == ""
    assert "no token is sent" in check_endpoint_setting("http://mirror.lan")
    assert check_endpoint_setting("https://hüb.example") == ""
    usable = ("proxy.example:8080", "http://ada:secret@proxy:1", "https://proxy", "[::1]:8080")
    for proxy in ("", *usable):
        check_proxy(proxy)


@pytest.mark.parametrize(
    "proxy", ["socks5://ada:secret@proxy:1", "secret sense", "http://secret sense:80", "secret;"]
)
def test_that_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy: str) -> None:
    with pytest.raises(SettingsError) as told:
        check_proxy(proxy)
    assert "secret" not in f"{told.value} {told.value.detail}"


def test_that_a_folder_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(SettingsError, match="cannot be written"):
        check_folder(str(tmp_path))
