"""What of this machine is searched for."""

import os
import socket
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from latitude.publish.gate.rules import Secret, person_here, secrets_here


def test_a_variable_whose_name_tells_is_a_secret() -> None:
    kept = {
        "ANTHROPIC_API_KEY": "sk-x-12345678",
        "npm_config_auth_token": " abcd-1234 ",
        "DB_PASSWORD": "correct horse",
        "GMAIL_PASSWD": "abcdabcdabcdabcd",
        "AWS_CREDENTIALS": "a:b:c:d:e",
        "HMAC_SECRET": "/abc+DEF/gh==",
        "PGPASSWORD": "tr0ub4dor&3",
        "SMTP_PASS": "tr0ub4dor&4",
        "MYSQL_PWD": "tr0ub4dor&5",
        "GITHUB_PAT": "tr0ub4dor&6",
        "NPM_AUTH": "tr0ub4dor&7",
    }
    left = {
        "KEYBOARD": "de-latin1-nodeadkeys",
        "MONKEY_NAME": "chimpanzee-9",
        "SHORT_KEY": "abc-123",
        "MAX_TOKENS": "2000000000",
        "TOKEN_KIND": "production",
        "PWD": "/srv/people/gone-1",
        "OLDPWD": "/srv/people/gone-2",
        "OLD_PWD": str(Path(__file__).parent),
        "COMPASS": "north-by-northwest-2",
        "SSH_AUTH_SOCK": "/run/gone/agent.1",
        "BYPASS_LIST": "one-and-two-3",
        "SSL_KEY": str(Path(__file__)),
        "HOST_KEY": str(Path(__file__).parent / "not-yet.pem"),
    }
    assert secrets_here(kept | left) == tuple(
        Secret(f"{name} in the environment", value.strip()) for name, value in kept.items()
    )


def test_a_value_is_named_once() -> None:
    environ = {"A_KEY": "one-and-the-same-1", "B_KEY": "one-and-the-same-1"}
    assert [secret.name for secret in secrets_here(environ)] == ["A_KEY in the environment"]


class OneKey(KeyringBackend):
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return "kept-1234-5678" if (service, username) == ("latitude", "openai") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def test_keys_of_the_keyring_are_secrets() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(OneKey())
    try:
        assert secrets_here({}) == (Secret("openai in the keyring", "kept-1234-5678"),)
    finally:
        keyring.set_keyring(before)


def test_the_person_is_who_runs_this(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "verasmith")
    person = person_here()
    assert person.user == "verasmith"
    assert person.home == os.environ["HOME"]
    assert person.host == socket.gethostname()
