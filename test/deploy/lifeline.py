"""Runs a command for as long as whoever started it lives.

    python3 lifeline.py [--remove DIR] COMMAND [ARG…]

The command gets a process group of its own. When standard input ends (the starter closed it, or died in
whatever way) the whole group is ended, and DIR removed. Ends with the command's own exit code.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

PATIENCE_SECONDS = 10


def end(child: subprocess.Popen) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, sign)
        except ProcessLookupError:
            return
        try:
            child.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    # The command has ended; what it started may not have.
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def main(arguments: list) -> int:
    directory = None
    if arguments[0] == "--remove":
        directory, arguments = arguments[1], arguments[2:]
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda *_: None if child is None else end(child))
    child = None
    child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_for_the_end() -> None:
        while os.read(0, 4096):
            pass
        end(child)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    code = child.wait()
    end(child)
    if directory is not None:
        shutil.rmtree(directory, ignore_errors=True)
    return code if code >= 0 else 128 - code


sys.exit(main(sys.argv[1:]))
