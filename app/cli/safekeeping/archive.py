"""The backup file: a tar of parts, and a manifest that says what they are and holds their sha256."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from app.domain.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20

Json = dict[str, Any]


def write(file: Path, folder: Path, names: Iterable[str], manifest: Json) -> Json:
    """Write the named parts of `folder` and the manifest to `file`, readable by its owner only; the manifest.

    An older file of that name is replaced in one step, once the new one is complete and on disk.
    """
    parts = list(names)
    members = {name: {"bytes": (folder / name).stat().st_size, "sha256": _digest(folder / name)} for name in parts}
    manifest = _sealed({"format": FORMAT, **manifest, "members": members})
    unfinished = folder / "unfinished.tar"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, io.BytesIO(plain := orjson.dumps(manifest, option=orjson.OPT_INDENT_2)), len(plain))
            for name in parts:
                with open(folder / name, "rb") as part:
                    _add(tar, name, part, (folder / name).stat().st_size)
        out.flush()
        os.fsync(out.fileno())
    os.replace(unfinished, file)
    _sync_folder(file.parent)
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _digest(path: Path) -> str:
    with open(path, "rb") as part:
        return hashlib.file_digest(part, "sha256").hexdigest()


def _sealed(manifest: Json) -> Json:
    plain = orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)
    return {**manifest, "checksum": hashlib.sha256(plain).hexdigest()}


@dataclass(slots=True)
class Archive:
    """A backup file whose every byte has been checked."""

    manifest: Json
    _tar: tarfile.TarFile

    def part(self, name: str) -> IO[bytes]:
        """A part's bytes, from its beginning."""
        found = self._tar.extractfile(name)
        if found is None:
            raise KeyError(name)
        return found

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a compressed part."""
        with gzip.open(self.part(name), "rb") as lines:
            yield from lines

    def names(self, folder: str) -> list[str]:
        """The parts below a folder of the file."""
        return sorted(name for name in self.manifest["members"] if name.startswith(f"{folder}/"))


@contextmanager
def opened(file: Path) -> Iterator[Archive]:
    """The backup in `file`, checked as a whole.

    Raises `Refused`: `backup-newer` for a format that came after this program, `backup-damaged` for whatever is not
    exactly as it was written, `file-unreadable` when it may not be read.
    """
    with _damage_told(file), tarfile.open(file, "r:") as tar:
        manifest = _manifest(tar, file)
        _check_parts(tar, manifest, file)
    with tarfile.open(file, "r:") as tar:
        yield Archive(manifest, tar)


@contextmanager
def _damage_told(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise Refused("backup-damaged", file=str(file), part=str(error)) from error
    except OSError as error:
        raise Refused("file-unreadable", file=str(file), reason=error.strerror) from error


def _manifest(tar: tarfile.TarFile, file: Path) -> Json:
    found = tar.extractfile(MANIFEST)
    if found is None:
        raise KeyError(MANIFEST)
    manifest: Json = orjson.loads(found.read())
    # Said before anything else is looked at: what a newer format means is not known here.
    if isinstance(manifest.get("format"), int) and manifest["format"] > FORMAT:
        raise Refused("backup-newer", file=str(file), version=manifest.get("version", "?"))
    checksum = manifest.pop("checksum")
    if _sealed(manifest)["checksum"] != checksum:
        raise KeyError(MANIFEST)
    return manifest


def _check_parts(tar: tarfile.TarFile, manifest: Json, file: Path) -> None:
    members = {member.name: member for member in tar.getmembers() if member.name != MANIFEST}
    for name in members.keys() ^ manifest["members"].keys():
        raise Refused("backup-damaged", file=str(file), part=name)
    for name, wanted in manifest["members"].items():
        found = tar.extractfile(members[name])
        if found is None or _hash(found) != wanted["sha256"]:
            raise Refused("backup-damaged", file=str(file), part=name)


def _hash(part: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := part.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


@contextmanager
def compressed(folder: Path, name: str) -> Iterator[gzip.GzipFile]:
    """A new part of `folder` to write lines into."""
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with gzip.open(path, "wb", compresslevel=3) as out:
        yield out


def copy_file(source: Path, target: Path) -> bool:
    """Copy a file that may go away at any moment; whether it was there."""
    with suppress(FileNotFoundError):
        target.parent.mkdir(mode=0o700, exist_ok=True)
        data = source.read_bytes()
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(data)
        return True
    return False
