import timeit
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridops.vault import Tampered, UnknownKey, Vault, totp_step

INDEX_SECRET = bytes(range(32))
OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault({"k1": OLD}, INDEX_SECRET)


@given(text=st.text(max_size=200), purpose=st.text(max_size=30))
def test_what_goes_in_comes_out(text, purpose):
    vault = Vault({"k1": OLD}, INDEX_SECRET)
    assert vault.decrypt(vault.encrypt(text, purpose=purpose), purpose=purpose) == text


def test_the_same_text_never_looks_the_same(vault):
    assert len({vault.encrypt("13812341234", purpose="phone") for _ in range(50)}) == 50


def test_the_blob_does_not_show_the_text(vault):
    assert b"13812341234" not in vault.encrypt("13812341234", purpose="phone")


def test_a_blob_opens_only_for_its_purpose(vault):
    blob = vault.encrypt("张三丰", purpose="contact.name")
    with pytest.raises(Tampered):
        vault.decrypt(blob, purpose="contact.phone")


def test_any_changed_byte_is_noticed(vault):
    blob = vault.encrypt("张三丰", purpose="name")
    for position in range(len(blob)):
        changed = blob[:position] + bytes((blob[position] ^ 1,)) + blob[position + 1 :]
        with pytest.raises((Tampered, UnknownKey)):
            vault.decrypt(changed, purpose="name")


def test_a_cut_blob_is_noticed_at_any_length(vault):
    blob = vault.encrypt("张三丰", purpose="name")
    for length in range(len(blob)):
        with pytest.raises(Tampered):
            vault.decrypt(blob[:length], purpose="name")


def test_an_unknown_key_is_named():
    blob = Vault({"2025": OLD}, INDEX_SECRET).encrypt("text", purpose="name")
    with pytest.raises(UnknownKey) as caught:
        Vault({"2026": NEW}, INDEX_SECRET).decrypt(blob, purpose="name")
    assert "2025" in caught.value.text()
    assert caught.value.code == "vault_unknown_key"


def test_another_key_under_the_same_id_is_noticed():
    blob = Vault({"k1": OLD}, INDEX_SECRET).encrypt("text", purpose="name")
    with pytest.raises(Tampered):
        Vault({"k1": NEW}, INDEX_SECRET).decrypt(blob, purpose="name")


def test_rotation_moves_old_blobs_to_the_first_key_and_leaves_new_ones():
    old = Vault({"k1": OLD}, INDEX_SECRET)
    both = Vault({"k2": NEW, "k1": OLD}, INDEX_SECRET)
    only_new = Vault({"k2": NEW}, INDEX_SECRET)
    blob = old.encrypt("13812341234", purpose="phone")

    assert both.needs_rotation(blob)
    rotated = both.rotate(blob, purpose="phone")

    assert not both.needs_rotation(rotated)
    assert both.rotate(rotated, purpose="phone") == rotated
    assert only_new.decrypt(rotated, purpose="phone") == "13812341234"


def test_a_blob_may_come_back_from_the_database_as_a_memoryview(vault):
    assert vault.decrypt(memoryview(vault.encrypt("text", purpose="name")), purpose="name") == "text"


def test_a_blind_index_is_equal_for_equal_text_and_purpose_only(vault):
    index = vault.blind_index("13812341234", purpose="phone")
    assert len(index) == 32
    assert index == Vault({"k2": NEW}, INDEX_SECRET).blind_index("13812341234", purpose="phone"), "keys may rotate"
    assert index != vault.blind_index("13812341235", purpose="phone")
    assert index != vault.blind_index("13812341234", purpose="code")
    assert index != Vault({"k1": OLD}, bytes(32)).blind_index("13812341234", purpose="phone")


@pytest.mark.parametrize("keys", [{}, {"k1": b"short"}, {"": OLD}, {"k" * 256: OLD}])
def test_unusable_keys_are_refused_at_the_start(keys):
    with pytest.raises(ValueError):
        Vault(keys, INDEX_SECRET)


def test_a_short_index_secret_is_refused():
    with pytest.raises(ValueError):
        Vault({"k1": OLD}, b"short")


def test_an_encryption_takes_microseconds(vault):
    best = min(timeit.repeat(lambda: vault.encrypt("13812341234", purpose="phone"), number=500, repeat=7)) / 500
    assert best < 30e-6


# RFC 6238, appendix B: the last six of eight digits, for the secret of its SHA-1 column.
@pytest.mark.parametrize(("second", "code"), [(1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")])
def test_authenticator_codes_are_those_of_rfc_6238(second, code):
    at = datetime.fromtimestamp(second, UTC)
    step = second // 30
    secret = b"12345678901234567890"
    assert totp_step(secret, code, at) == step
    assert totp_step(secret, code, at + timedelta(seconds=30)) == step == totp_step(secret, code, at - timedelta(seconds=30))
    assert totp_step(secret, code, at + timedelta(seconds=61)) is None
    assert totp_step(secret, "", at) is None and totp_step(secret, "１２３４５６", at) is None
