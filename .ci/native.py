"""Install durable-rules from source where it can be built; carry on without it where it cannot."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements-native.lock"
BUILD_LIMIT_SECONDS = 240


def build(log: Path) -> bool:
    """Whether durable-rules is there now; what the build said is in `log`."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--require-hashes",
        "-r",
        str(LOCK),
    ]
    with log.open("wb") as out:
        try:
            done = subprocess.run(
                command, stdout=out, stderr=subprocess.STDOUT, timeout=BUILD_LIMIT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def main() -> None:
    """Try; say in one line when it was left out."""
    if sys.version_info >= (3, 13):
        print(
            "pandan: durable-rules left out (Python >= 3.13); the correlator stands in. 未安装 durable-rules，由内置关联器代替。"
        )
        return
    log = Path(tempfile.gettempdir()) / "pandan-durable-rules.log"
    if not build(log):
        print(
            f"pandan: durable-rules left out, it could not be built ({log}); the correlator stands in. "
            "durable-rules 无法编译，由内置关联器代替。"
        )


if __name__ == "__main__":
    main()
