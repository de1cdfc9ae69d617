"""A copy of the sources to try commands on, which compiles into the same target directory."""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("server/EXAMPLE.md", "server/RECIPES.md")
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target")))


def run(*command: str, directory: Path, stdin: str | None = None) -> None:
    # The copy shares the target directory of the sources, so that what is the same is compiled once.
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
    sys.stdout.flush()
    subprocess.run(command, cwd=directory, input=stdin, text=True, check=True, env=environment)


def server(*arguments: str, directory: Path) -> None:
    """Runs a command of the server of the sources, which is needed anyway."""
    cargo = ("cargo", "run", "--quiet", "--locked", "--manifest-path", str(ROOT / "Cargo.toml"), "--")
    run(*cargo, *arguments, directory=directory)


def examples(directory: Path) -> str:
    """The diffs in the documents that show how things are added, in the order in which they are applied. Nothing if the
    documents are gone, as they may be from somebody's own product."""
    diffs = []
    for name in DOCUMENTS:
        document = directory / name
        if not document.exists():
            continue
        found = re.findall(r"<!-- example:begin -->\n```diff\n(.*?)```\n<!-- example:end -->", document.read_text(), re.DOTALL)
        if not found:
            sys.exit(f"there is no diff between markers in {name}")
        diffs += found
    return "".join(diffs)


def apply(diffs: str, directory: Path, *options: str) -> None:
    try:
        run("git", "apply", *options, "-", directory=directory, stdin=diffs)
    except subprocess.CalledProcessError:
        sys.exit(
            f"The diffs in {' and '.join(DOCUMENTS)} do not fit the sources any more. Mend them; or if the sources are your own "
            "product by now, remove the documents: then nothing is applied. Tests name the links to them."
        )


def left_out(directory: str, names: list[str]) -> set[str]:
    here = {".git", "target", "data"} if Path(directory) == ROOT else set()
    return (here | {"node_modules", "test-results", "__pycache__"}) & set(names)


@contextmanager
def copy_of_sources() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "copy"
        shutil.copytree(ROOT, copy, ignore=left_out)
        try:
            yield copy
        finally:
            make_stale(copy)


def check_types(copy: Path) -> None:
    """Of the browser tests, if what that needs is there."""
    modules = ROOT / "end2end/node_modules"
    if modules.exists():
        (copy / "end2end/node_modules").symlink_to(modules)
        run("npx", "--no-install", "tsc", "--noEmit", directory=copy / "end2end")


def make_stale(copy: Path) -> None:
    """To Cargo, which compares times and knows files by their place in the workspace, what was compiled last is the
    newest version of both: without this it would take the copy's for ours."""
    for file in copy.rglob("*"):
        ours = ROOT / file.relative_to(copy)
        if file.is_file() and ours.is_file() and not filecmp.cmp(file, ours, shallow=False):
            ours.touch()
