"""What a run was made with: versions of libraries, the C library and the processor's features."""

import platform
import sys
from functools import cache
from importlib.metadata import version
from typing import Any

from llvmlite import binding

LIBRARIES = ("numpy", "numba", "llvmlite", "polars", "pyarrow")


@cache
def machine() -> dict[str, Any]:
    """For a manifest: python, the libraries, c_library, processor and its features."""
    name, number = platform.libc_ver()
    features = binding.get_host_cpu_features()
    return {
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
        "c_library": f"{name} {number}".strip() or f"that of {sys.platform}",
        "processor": binding.get_host_cpu_name(),
        "features": sorted(feature for feature, has in features.items() if has),
    }
