"""Live one small China under other threads, locales, clocks, hash seeds and processor features.

    python -m tests.campaigns.same_bits [scale] [last year]

All tables must be the same bytes. The C library's and NumPy's vector code is switched off by
their own settings; `NUMBA_CPU_NAME` has the kernels compiled for the oldest processor (minutes,
into a cache of its own, only with --compile).
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DEFAULTS = (100_000, 2020)
OLD_C = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX2_Usable,-FMA,-FMA4"}
# The features that NumPy finds beyond its baseline; unknown names are only warned of.
OLD_NUMPY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3,X86_V4,AVX512_ICL,AVX512_SPR"}
VARIANTS: dict[str, tuple[int, dict[str, str]]] = {
    "as it is": (1, {}),
    "2 threads": (2, {}),
    "3 threads": (3, {}),
    "German": (1, {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"}),
    "no locale": (1, {"LC_ALL": "C"}),
    "Kiritimati": (1, {"TZ": "Pacific/Kiritimati"}),
    "hash seed 0": (1, {"PYTHONHASHSEED": "0"}),
    "hash seed 77": (1, {"PYTHONHASHSEED": "77"}),
    "C library without AVX2 and FMA": (1, OLD_C),
    "NumPy without AVX2 and AVX512": (1, OLD_NUMPY),
    "both": (3, {**OLD_C, **OLD_NUMPY}),
}
OLD_PROCESSOR = {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": ""}


def tables(out: Path, scale: int, last: int, threads: int, more: dict[str, str]) -> dict[str, str]:
    """Digest of each table of a run under these settings."""
    words = ["run", "--scale", str(scale), "--to", str(last), "--threads", str(threads)]
    subprocess.run(
        [sys.executable, "-m", "leftbehind", *words, "--out", str(out)],
        env={**os.environ, **more},
        check=True,
        capture_output=True,
    )
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.glob("*.parquet"))
    }


def main() -> None:
    compiling = "--compile" in sys.argv
    given = [int(argument) for argument in sys.argv[1:] if argument != "--compile"]
    scale, last = (*given, *DEFAULTS[len(given) :])
    differing = 0
    with tempfile.TemporaryDirectory(prefix="same-bits-") as work:
        variants = dict(VARIANTS)
        if compiling:
            old = {**OLD_C, **OLD_NUMPY, **OLD_PROCESSOR, "LEFTBEHIND_CACHE": f"{work}/cache"}
            variants["kernels for the oldest processor"] = (1, old)
        expected: dict[str, str] = {}
        for number, (name, (threads, more)) in enumerate(variants.items()):
            found = tables(Path(work) / f"{number}", scale, last, threads, more)
            expected = expected or found
            differs = [table for table in expected if found.get(table) != expected[table]]
            differing += len(differs)
            print(f"| {name} | {', '.join(differs) or 'the same'} |", flush=True)
    if differing:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
