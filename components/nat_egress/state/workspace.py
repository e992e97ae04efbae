"""Where a stack is kept, found as the official CLI finds it.

The backend is the first of PULUMI_BACKEND_URL, `backend.url` of the project file and the login in credentials.json
(`pkg/workspace/creds.go`, `sdk/go/common/workspace/creds.go` and `paths.go` in pulumi/pulumi, read 2026-11-25).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import yaml

from . import azblob_url, s3_url
from .azblob_credentials import credentials
from .azblob_url import AzblobUrl
from .backend import ORGANIZATION, StackReference
from .bucket import Bucket
from .bucket_backend import BucketBackend, cancel_of_cli
from .errors import StateError
from .file_backend import FileBackend
from .s3_url import S3Url

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
FILE_SCHEME: Final = "file://"


@dataclass(frozen=True)
class ProjectFile:
    """What a project file says of where its stacks are."""

    path: Path
    name: str
    backend_url: str = ""


def find_project(folder: Path) -> ProjectFile | None:
    """Return the closest project in `folder` or above it; None where there is none."""
    start = folder.absolute()
    for parent in (start, *start.parents):
        for name in PROJECT_FILES:
            if (parent / name).is_file():
                return _read_project(parent / name)
    return None


def backend_url(environment: Mapping[str, str], project: ProjectFile | None) -> str:
    """Return the URL of the backend that is meant; StateError where nothing names one."""
    url = environment.get("PULUMI_BACKEND_URL") or (project.backend_url if project else "") or _login(environment)
    if not url:
        raise StateError(
            "nothing says which backend keeps the stack: set PULUMI_BACKEND_URL, or log in with pulumi login"
        )
    return url


def passphrase(environment: Mapping[str, str]) -> str | None:
    """Return the passphrase that opens the secrets, where one is set."""
    if (given := environment.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return given
    file = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not file:
        return None
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"PULUMI_CONFIG_PASSPHRASE_FILE={file}: can't be read: {error}") from None


def open_backend(url: str, cancel_command: Callable[[StackReference], str] = cancel_of_cli) -> BucketBackend:
    """Return the backend of a `file://`, `s3://` or `azblob://` URL; StateError for what is not read here.

    `cancel_command` names the command that clears a stack's locks, for messages.
    """
    if url.startswith(FILE_SCHEME):
        return FileBackend(_folder(url), cancel_command)
    if url.startswith(s3_url.SCHEME):
        return BucketBackend(_s3_bucket(s3_url.parse(url)), cancel_command)
    if url.startswith(azblob_url.SCHEME):
        return BucketBackend(_azblob_bucket(azblob_url.parse(url, os.environ)), cancel_command)
    # What follows the scheme may hold a password, and is not shown.
    scheme = urlsplit(url).scheme
    what = f"a backend of {scheme}://" if scheme else f"{url!r}, which is no URL (a folder's is file://{url}),"
    raise StateError(
        f"{what} is not read here, only one of {FILE_SCHEME}, {s3_url.SCHEME} or {azblob_url.SCHEME}: write the state "
        "to a file with pulumi stack export --file, and give that file"
    )


def _folder(url: str) -> Path:
    """Return the folder of a `file://` URL.

    A relative path starts at the folder that the command runs in, and `~` is the user's home (`massageBlobPath` in
    `pkg/backend/diy/backend.go`).
    """
    path = unquote(url.removeprefix(FILE_SCHEME).partition("?")[0])
    folder = Path.home() / path[2:] if path.startswith("~") else Path(path).absolute()
    if not folder.is_dir():
        raise StateError(f"the backend {url}: there is no folder {folder}")
    return folder


def _s3_bucket(url: S3Url) -> Bucket:
    try:
        from .s3_bucket import S3Bucket  # noqa: PLC0415 - boto3 is loaded only where it is needed
    except ModuleNotFoundError as missing:
        raise _not_installed(s3_url.SCHEME, missing, "s3") from None
    return S3Bucket(url)


def _azblob_bucket(url: AzblobUrl) -> Bucket:
    try:
        from .azblob_bucket import AzblobBucket  # noqa: PLC0415 - Azure's SDK is loaded only where it is needed

        return AzblobBucket(url, credentials(os.environ))
    except ModuleNotFoundError as missing:
        raise _not_installed(azblob_url.SCHEME, missing, "azblob") from None


def _not_installed(scheme: str, missing: ModuleNotFoundError, extra: str) -> StateError:
    return StateError(
        f"a backend of {scheme} needs {missing.name}, which is not installed: pip install 'nat-egress[{extra}]'"
    )


def reference_of(stack: str, project: ProjectFile | None) -> StackReference:
    """Return the stack that `STACK`, `organization/STACK` or `organization/PROJECT/STACK` names."""
    match stack.split("/"):
        case [name] | [_, name] if project is not None:
            reference = StackReference(project.name, name)
        case [_, project_name, name]:
            reference = StackReference(project_name, name)
        case [_] | [_, _]:
            raise StateError(
                f"stack {stack!r}: there is no Pulumi.yaml in this folder or above it that names the project; "
                f"name the stack in full: {ORGANIZATION}/PROJECT/STACK"
            )
        case _:
            raise StateError(f"stack {stack!r}: a stack is named STACK or {ORGANIZATION}/PROJECT/STACK")
    if "/" in stack and stack.partition("/")[0] != ORGANIZATION:
        raise StateError(f"stack {stack!r}: the organization must be {ORGANIZATION!r}")
    return reference


def _read_project(path: Path) -> ProjectFile:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise StateError(f"{path}: can't be read: {error}") from None
    name = content.get("name") if isinstance(content, dict) else None
    if not isinstance(name, str):
        raise StateError(f"{path}: has no 'name' that is a text")
    backend = content.get("backend")
    url = backend.get("url") if isinstance(backend, dict) else None
    return ProjectFile(path, name, url if isinstance(url, str) else "")


def _login(environment: Mapping[str, str]) -> str:
    """Return the backend that the user is logged in to; nothing else is taken from credentials.json."""
    folder = environment.get("PULUMI_CREDENTIALS_PATH") or environment.get("PULUMI_HOME")
    path = (Path(folder) if folder else Path.home() / ".pulumi") / "credentials.json"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StateError(f"{path}: can't be read: {error.strerror}") from None
    except ValueError:
        raise StateError(f"{path}: is not JSON; set PULUMI_BACKEND_URL instead") from None
    current = content.get("current") if isinstance(content, dict) else None
    return current if isinstance(current, str) else ""
