"""The account without widgets and without a Hub."""

from __future__ import annotations

import pytest

from ailab.services.account.account_error import AccountError
from ailab.services.account.accounts import AccountFacts
from ailab.services.account.token_origin import TokenOrigin, TokenPlace
from ailab.services.hub.hub_account import HubAccount
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.problem import Problem
from ailab.viewmodels.account import AccountViewModel
from fake_accounts import READER, FakeAccounts

FILE = "/home/ada/token"
IN_FILE = AccountFacts(
    TokenOrigin(TokenPlace.FILE, FILE),
    (TokenPlace.KEY_RING, TokenPlace.FILE, TokenPlace.SESSION),
    FILE,
)


async def _opened(accounts: FakeAccounts) -> AccountViewModel:
    view_model = AccountViewModel(accounts)
    view_model.open()
    await view_model.wait()
    return view_model


async def test_that_nobody_is_signed_in_where_there_is_no_token() -> None:
    state = (await _opened(FakeAccounts())).state
    assert (state.headline, state.can_sign_in, state.place) == (
        "Not signed in",
        True,
        TokenPlace.KEY_RING,
    )


async def test_that_a_token_that_is_found_is_told_with_its_owner_and_place() -> None:
    state = (await _opened(FakeAccounts(IN_FILE))).state
    assert state.headline == "Signed in as ada"
    assert "Ada Lovelace, token “lab” (read)." in state.explanation
    assert FILE in state.explanation


async def test_that_a_token_is_checked_kept_and_its_owner_told() -> None:
    accounts = FakeAccounts()
    view_model = await _opened(accounts)
    accounts.gate.shut()
    view_model.sign_in("hf_good")
    assert view_model.state.is_busy
    assert not view_model.state.can_sign_in
    accounts.gate.open()
    await view_model.wait()
    assert view_model.state.account == READER
    assert accounts.kept == [("hf_good", TokenPlace.KEY_RING)]
    assert "hf_good" not in repr(view_model.state)


async def test_that_a_refused_token_is_told_and_not_kept() -> None:
    accounts = FakeAccounts()
    view_model = await _opened(accounts)
    view_model.sign_in("hf_bad")
    await view_model.wait()
    assert view_model.state.problem is not None
    assert "does not accept" in view_model.state.problem.message
    assert accounts.kept == []
    assert view_model.state.can_sign_in
    view_model.sign_in("  ")
    assert view_model.state.problem.message != Problem("").message
    assert "no token" in view_model.state.problem.message


async def test_that_a_broken_key_ring_leaves_the_session_as_a_place() -> None:
    accounts = FakeAccounts()
    accounts.keep_failure = AccountError("The key ring is locked.", "Unlock it.")
    view_model = await _opened(accounts)
    view_model.sign_in("hf_good")
    await view_model.wait()
    assert view_model.state.problem == Problem("The key ring is locked.", "Unlock it.")
    assert not view_model.state.is_signed_in
    accounts.keep_failure = None
    view_model.set_place(TokenPlace.SESSION)
    view_model.sign_in("hf_good")
    await view_model.wait()
    assert accounts.kept == [("hf_good", TokenPlace.SESSION)]
    assert "forgotten when ailab is closed" in view_model.state.explanation


async def test_that_signing_out_removes_what_the_key_ring_kept() -> None:
    accounts = FakeAccounts()
    view_model = await _opened(accounts)
    view_model.sign_in("hf_good")
    await view_model.wait()
    view_model.sign_out()
    await view_model.wait()
    assert accounts.forgotten == [TokenPlace.KEY_RING]
    assert view_model.state.headline == "Not signed in"


async def test_that_signing_out_says_where_a_token_stays() -> None:
    accounts = FakeAccounts(IN_FILE)
    view_model = await _opened(accounts)
    view_model.sign_out()
    await view_model.wait()
    assert accounts.forgotten == [TokenPlace.SESSION]
    assert f"The token stays in the file {FILE}" in view_model.state.notice


async def test_that_the_token_file_is_removed_where_that_is_wanted() -> None:
    accounts = FakeAccounts(IN_FILE)
    view_model = await _opened(accounts)
    view_model.remove_file()
    await view_model.wait()
    assert accounts.forgotten == [TokenPlace.FILE]
    assert view_model.state.notice == f"Signed out. The file {FILE} is removed."
    assert TokenPlace.FILE not in view_model.state.places


async def test_that_who_signs_in_despite_the_environment_is_told_that_it_wins() -> None:
    origin = TokenOrigin(TokenPlace.ENVIRONMENT, "HF_TOKEN")
    view_model = await _opened(FakeAccounts(AccountFacts(origin)))
    assert not view_model.state.can_sign_in
    view_model.sign_out()
    await view_model.wait()
    assert "environment variable HF_TOKEN" in view_model.state.notice
    view_model.sign_in("hf_good")
    await view_model.wait()
    assert "HF_TOKEN is set in the environment, and wins" in view_model.state.notice


async def test_that_offline_is_told_apart_from_a_refused_token() -> None:
    accounts = FakeAccounts(IN_FILE)
    accounts.failure = HubOfflineError("The Hub cannot be reached.", "Check the network.")
    view_model = await _opened(accounts)
    assert view_model.state.headline == "Not checked: offline"
    accounts.failure = None
    accounts.owner = None
    view_model.check_again()
    await view_model.wait()
    assert view_model.state.headline == "Token not accepted"
    accounts.owner = READER
    view_model.check_again()
    await view_model.wait()
    assert view_model.state.is_signed_in


async def test_that_a_token_without_the_permission_for_gated_models_is_told() -> None:
    accounts = FakeAccounts(IN_FILE)
    accounts.owner = HubAccount("ada", token_role="fineGrained", may_read_gated=False)
    state = (await _opened(accounts)).state
    assert "may not read gated models" in state.explanation


async def test_that_the_hub_is_not_asked_where_the_lab_is_offline() -> None:
    accounts = FakeAccounts(IN_FILE)
    view_model = AccountViewModel(accounts)
    view_model.open(is_offline=True)
    await view_model.wait()
    assert view_model.state.headline == "Not checked yet"
    view_model.check_again()
    await view_model.wait()
    assert view_model.state.is_signed_in


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (TokenOrigin(TokenPlace.ENVIRONMENT, "HF_TOKEN"), "Set HF_TOKEN anew"),
        (TokenOrigin(TokenPlace.KEY_RING), "Sign out, and sign in"),
    ],
)
async def test_that_a_token_that_holds_no_more_says_where_to_give_another(
    origin: TokenOrigin, words: str
) -> None:
    accounts = FakeAccounts(AccountFacts(origin))
    accounts.owner = None
    view_model = AccountViewModel(accounts)
    view_model.open()
    await view_model.wait()
    assert view_model.state.problem is not None
    assert words in view_model.state.problem.advice
    assert "menu Account" not in view_model.state.problem.advice
