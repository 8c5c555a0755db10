"""SSH signatures of a bag, made and checked by ``ssh-keygen -Y`` (OpenSSH 8.2 or newer).

What is signed is ``tagmanifest-sha512.txt``, which holds for all of the bag. The signature lies
beside the bag, for some readers refuse a bag with a file that no list names. The formats are those
of ``PROTOCOL.sshsig`` and of ``ALLOWED SIGNERS`` in ssh-keygen(1).
"""

import base64
import binascii
import hashlib
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from latitude.core.clean import clean_line
from latitude.errors import HomeUnusable, RecordBroken, UsageError
from latitude.journal.blobs import write_durably

SIGNED = "tagmanifest-sha512.txt"
NAMESPACE = "file"

_IDENTITY = re.compile(r"[^\s\x00-\x1f\x7f-\x9f,*?!\"'#\\\ud800-\udfff]{1,200}")
"""One word: allowed_signers takes commas, quotes and wildcards for something else."""
_ARMOURED = re.compile(
    r"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)-----END SSH SIGNATURE-----\n?"
)
_MAGIC = b"SSHSIG\x00\x00\x00\x01"
_LONGEST = 64 * 1024
"""Bytes of a signature or of a list of keys that are read."""
_PROMPT = "Enter passphrase: "
"""What ssh-keygen writes before it reads what it is to sign as a passphrase, in vain."""
_MOST_NAMES = 20
"""Names of one key that are tried."""
_PATIENCE = 60.0
"""Seconds; a key on a token waits to be touched."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that holds."""

    identity: str
    """Whose key it is, by the list of allowed signers."""
    key: str
    """The fingerprint of the key, ``SHA256:…``."""


def signature_path(bag: Path) -> Path:
    """Where the signature of ``bag`` lies."""
    whole = bag.resolve()
    return whole.with_name(f"{whole.name}.tagmanifest.sig")


def signers_path(bag: Path) -> Path:
    """Where the list of allowed signers lies that goes with ``bag``."""
    whole = bag.resolve()
    return whole.with_name(f"{whole.name}.allowed_signers")


def sign(bag: Path, key: Path, identity: str) -> Path:
    """Sign ``bag`` with ``key``, and return the path of the signature beside it.

    ``key`` is a private key without a passphrase, or a public key (``.pub``) whose private half an
    ssh-agent holds. ``identity`` is one word, such as an e-mail address. The list of allowed
    signers is written beside the bag too. Nothing is ever asked. Raises ``UsageError`` with the
    reason of ssh-keygen, ``HomeUnusable`` when ssh-keygen is missing or the disk refuses.
    """
    try:
        listed = (bag / SIGNED).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{bag / SIGNED} cannot be read: {error.strerror}. Nothing was signed."
        ) from error
    armoured = _signed(listed, key, identity)
    public = _public_key(armoured, "ssh-keygen's answer")
    kind = public[4 : 4 + int.from_bytes(public[:4])].decode("ascii", "replace")
    line = f'{identity} namespaces="{NAMESPACE}" {kind} {base64.b64encode(public).decode()}\n'
    try:
        write_durably(signers_path(bag), line.encode())
        write_durably(signature_path(bag), armoured)
    except OSError as error:
        raise HomeUnusable(
            f"{signature_path(bag)} cannot be written: {error.strerror}. The bag itself is whole, "
            "and it is not signed."
        ) from error
    return signature_path(bag)


def check_key(key: Path, identity: str) -> None:
    """Raise as :func:`sign` would, before there is a bag to sign: something is signed to try."""
    _signed(b"", key, identity)


def _signed(data: bytes, key: Path, identity: str) -> bytes:
    if not _IDENTITY.fullmatch(identity):
        raise UsageError(
            f"{clean_line(identity, 80)!r} cannot be who signs: it must be one word without "
            "commas, quotes or wildcards, such as an e-mail address. Nothing was signed."
        )
    place = str(key.expanduser().absolute())
    done = _keygen("sign", "-f", place, "-n", NAMESPACE, stdin=data)
    if done.returncode != 0:
        raise UsageError(_refusal(key, _reason(done)))
    return done.stdout


def check_signature(bag: Path, allowed: Path | None = None) -> Signature | None:
    """Check the signature beside ``bag``; ``None`` when there is none.

    The list of allowed signers that lies beside a bag came with the bag, from the same hands: it
    proves only that one key signed all of it, not whose key that is. Who it is follows from a key
    that you know from elsewhere, in a list of your own: ``allowed``.

    It says nothing of the files: that they are as the signed list says is what
    :func:`latitude.publish.bag.checking.check_bag` finds out. Raises ``RecordBroken`` when the
    signature does not hold, or when ``allowed`` was given and there is none; ``UsageError`` when
    ``allowed`` cannot be read, ``HomeUnusable`` when ssh-keygen is missing.
    """
    place = signature_path(bag)
    if not os.path.lexists(place):
        if allowed is not None:
            # Who changes a bag can take its signature away.
            raise RecordBroken(
                f"{place} is missing, and a signature by a key of {allowed} was asked for."
            )
        return None
    armoured = _small(place)
    signers = signers_path(bag) if allowed is None else allowed.expanduser().absolute()
    if allowed is not None and not os.access(signers, os.R_OK):
        raise UsageError(f"{allowed} cannot be read. The signature was not checked.")
    _small(signers)
    try:
        listed = (bag / SIGNED).read_bytes()
    except OSError as error:
        raise RecordBroken(
            f"{bag / SIGNED} cannot be read: {error.strerror}. It is what {place} signs."
        ) from error
    fingerprint = _fingerprint(_public_key(armoured, str(place)))
    found = _keygen("find-principals", "-f", str(signers), "-s", str(place))
    names = found.stdout.decode("utf-8", "replace").splitlines()
    if found.returncode != 0 or not names:
        raise RecordBroken(
            f"{place} was made with the key {fingerprint}, which {signers} does not name "
            f"({_reason(found)})."
        )
    reason = ""
    for name in names[:_MOST_NAMES]:
        done = _keygen(
            *("verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(place)),
            stdin=listed,
        )
        if done.returncode == 0:
            return Signature(clean_line(name, 200), fingerprint)
        reason = _reason(done)
    raise RecordBroken(f"{place} is no signature of {bag / SIGNED}: {reason}.")


def _keygen(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run ``ssh-keygen -Y`` so that it can ask nobody: no terminal, no window, a limit of time."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_ASKPASS")
    }
    try:
        return subprocess.run(
            ["ssh-keygen", "-Y", *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            start_new_session=True,
            env={**kept, "SSH_ASKPASS_REQUIRE": "never", "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise HomeUnusable(
            "ssh-keygen is not installed, and signatures need it. Nothing was signed or checked. "
            "Install OpenSSH: the package is openssh-client on Debian, openssh-clients on Fedora."
        ) from error
    except OSError as error:
        raise HomeUnusable(
            f"ssh-keygen could not be started: {error.strerror}. Nothing was signed or checked."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(
            f"ssh-keygen did not answer within {_PATIENCE:.0f} seconds. Nothing was signed or "
            "checked."
        ) from error


def _refusal(key: Path, reason: str) -> str:
    said = f"{key} could not sign: {reason}. Nothing was signed."
    if "passphrase" not in reason:
        return said
    private = key.with_suffix("") if key.suffix == ".pub" else key
    return (
        f"{said} A passphrase is never asked for here: add the key to an ssh-agent "
        f"(`ssh-add {private}`) and name its public key, {private}.pub."
    )


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    said = "; ".join(line.removeprefix(_PROMPT).strip().rstrip(".") for line in lines[-3:])
    return clean_line(said, 300) or f"ssh-keygen ended with {done.returncode}"


def _small(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise RecordBroken(
            f"{path} cannot be read: {error.strerror}. The signature cannot be checked without it."
        ) from error
    if len(data) > _LONGEST:
        raise RecordBroken(
            f"{path} is longer than {_LONGEST:,} bytes: it is not what it should be."
        )
    return data


def _public_key(armoured: bytes, where: str) -> bytes:
    """The public key in a signature: the first string after its magic words and version."""
    match = _ARMOURED.fullmatch(armoured.decode("ascii", "replace"))
    try:
        blob = b"" if match is None else base64.b64decode(match[1].replace("\n", ""), validate=True)
    except binascii.Error:
        blob = b""
    start = len(_MAGIC) + 4
    key = blob[start : start + int.from_bytes(blob[len(_MAGIC) : start])]
    if not blob.startswith(_MAGIC) or not key:
        raise RecordBroken(f"{where} is no SSH signature.")
    return key


def _fingerprint(public: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(public).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"
