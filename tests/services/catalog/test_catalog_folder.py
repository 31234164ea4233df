"""Each Hub has a catalogue of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.lab import Lab
from ailab.services.catalog.catalog_folder import catalog_folder
from ailab.services.hub.model_query import ModelQuery
from ailab.services.lab_folders import LabFolders
from fakes import a_model

DATA = Path("data")


def test_that_the_real_hubs_catalogue_lies_where_it_always_lay() -> None:
    assert catalog_folder(DATA, "https://huggingface.co") == DATA
    assert catalog_folder(DATA, "https://HuggingFace.co:443/") == DATA


def test_that_each_spelling_of_an_address_is_the_same_hub() -> None:
    assert catalog_folder(DATA, "https://Mirror.test/hf/") == catalog_folder(
        DATA, "https://mirror.test:443/hf"
    )


def test_that_other_hubs_lie_apart() -> None:
    addresses = (
        *("https://huggingface.co", "https://mirror.test", "http://mirror.test"),
        *("https://mirror.test:8443", "https://mirror.test/hf", "http://[::1]:80"),
    )
    folders = {catalog_folder(DATA, address) for address in addresses}
    assert len(folders) == len(addresses)


@pytest.mark.parametrize("endpoint", ["http://[fe80::1%eth0]:80", "https://hüb.test", "nonsense"])
def test_that_every_address_gives_a_name_for_a_folder(endpoint: str) -> None:
    name = catalog_folder(DATA, endpoint).name
    assert name.isascii()
    assert not set(name) & set('<>:"/\\|?*% ')


async def test_that_the_models_of_one_hub_are_not_listed_on_another(tmp_path: Path) -> None:
    folders = LabFolders.below(tmp_path)
    async with Lab("http://one.test", tmp_path, "", folders) as lab:
        await lab.offline.remember([a_model("acme/of-one")])
    async with Lab("http://two.test", tmp_path, "", folders) as lab:
        assert (await lab.offline.first_page(ModelQuery())).models == ()
    async with Lab("http://one.test", tmp_path, "", folders) as lab:
        rows = (await lab.offline.first_page(ModelQuery())).models
    assert [row.id for row in rows] == ["acme/of-one"]
