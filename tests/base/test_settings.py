"""A wrong setting stops the start with a line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.base.settings import SettingsError, load


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAIGANG_UDP_PORT", "many"),
        ("DAIGANG_UDP_PORT", "70000"),
        ("DAIGANG_TIMEZONE", "Mars/Olympus"),
        ("DAIGANG_BASE_URL", "fair.example"),
        ("DAIGANG_PUBLIC_IP", "here"),
        ("DAIGANG_TLS_CERT", "/no/such/file"),
        ("DAIGANG_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("DAIGANG_SECRET_KEY", "short"),
        ("DAIGANG_DATABASE_URL", "mysql://here"),
        ("DAIGANG_REDIS_URL", "here:6379"),
        ("DAIGANG_REDIS_CLUSTER", "1"),
        ("DAIGANG_REDIS_CLUSTER", "perhaps"),
        ("DAIGANG_TURN_URLS", "turn:here"),
        ("DAIGANG_SMTP_URL", "here"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, data_dir: Path) -> None:
    with pytest.raises(SettingsError) as failed:
        load({name: value}, data_dir=data_dir)
    assert str(failed.value).startswith(("DAIGANG_TLS", name))


def test_the_secret_is_made_once_and_kept_from_others(data_dir: Path) -> None:
    first, second = load({}, data_dir=data_dir), load({}, data_dir=data_dir)
    assert first.secret_key == second.secret_key
    assert (data_dir / "secret_key").stat().st_mode & 0o077 == 0


def test_the_environment_goes_before_the_file(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "daigang.toml"
    path.write_text('timezone = "Europe/Paris"\nudp_port = 9000\n')
    settings = load(
        {"DAIGANG_CONFIG": str(path), "DAIGANG_TIMEZONE": "Asia/Tokyo"}, data_dir=data_dir
    )
    assert (settings.timezone, settings.udp_port) == ("Asia/Tokyo", 9000)


def test_every_setting_can_come_from_the_environment(tmp_path: Path) -> None:
    settings = load({"DAIGANG_DATA_DIR": str(tmp_path / "d"), "DAIGANG_UDP_PORT": "9001"})
    assert (settings.data_dir, settings.udp_port) == (tmp_path / "d", 9001)


def test_an_unknown_setting_in_the_file_is_named(data_dir: Path, tmp_path: Path) -> None:
    path = tmp_path / "daigang.toml"
    path.write_text("timezon = 1\n")
    with pytest.raises(SettingsError, match="timezon"):
        load({"DAIGANG_CONFIG": str(path)}, data_dir=data_dir)


def test_the_port_makes_the_address_unless_one_is_set(data_dir: Path) -> None:
    assert load({}, port=8123, data_dir=data_dir).base_url == "http://127.0.0.1:8123"
    given = {"DAIGANG_BASE_URL": "https://fair.example"}
    assert load(given, port=8123, data_dir=data_dir).origin == "https://fair.example"
