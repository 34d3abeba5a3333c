"""A signal to end is heard wherever it comes."""

import signal
import subprocess
import sys

import pytest

IN_A_FINALISER = """
import os, signal, time
from leftbehind.base.ending import end_like_ctrl_c

class Dropped:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

end_like_ctrl_c()
try:
    one = Dropped()
    del one
    time.sleep(5)
    print("not heard")
except KeyboardInterrupt:
    print("heard")
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_within_a_finaliser_is_not_lost(name):
    if not hasattr(signal, name):
        pytest.skip("this system has no such signal")
    command = [sys.executable, "-c", IN_A_FINALISER.format(name=name)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "heard", done.stderr
