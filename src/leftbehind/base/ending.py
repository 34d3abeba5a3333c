"""How the program ends: SIGTERM and SIGHUP as Ctrl-C, and true words about what is kept."""

import signal
from types import FrameType

from leftbehind.base.errors import reason

LATER = 0.05  # seconds until a signal that came within a finaliser is heard again


def end_like_ctrl_c() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does, unless it was told to ignore them."""

    def stop(number: int, frame: FrameType | None) -> None:
        if _in_finaliser(frame):  # Python drops what is raised there
            signal.signal(signal.SIGALRM, stop)
            signal.setitimer(signal.ITIMER_REAL, LATER)
            return
        for name in found:  # once is enough: what is half done is being removed
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    names = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    found = [name for name in names if signal.getsignal(name) is signal.SIG_DFL]
    for name in found:
        signal.signal(name, stop)


def _in_finaliser(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "__del__":
            return hasattr(signal, "setitimer")
        frame = frame.f_back
    return False


def what_was_kept(error: BaseException | None) -> str:
    """What an interrupted piece of work says it kept: the last note of its KeyboardInterrupt."""
    while error is not None:
        if notes := getattr(error, "__notes__", None):
            return str(notes[-1])
        error = error.__cause__ or error.__context__
    return ""


def in_words(error: OSError | MemoryError) -> str:
    """What the system refused (memory, files, rights), in a sentence."""
    if isinstance(error, MemoryError):
        return "not enough memory; give a larger --scale, or fewer --threads or --workers"
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}the system refuses ({reason(error)})"
