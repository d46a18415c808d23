"""Runs a command for each file of a folder, with the file as its input; prints name, milliseconds, peak
memory in KiB and how it ended, one line each."""

import os
import pathlib
import subprocess
import sys
import time

folder, *command = sys.argv[1:]
for path in sorted(pathlib.Path(folder).iterdir()):
    with open(path, "rb") as given:
        begun = time.monotonic()
        child = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = 0
    print(path.name, round((time.monotonic() - begun) * 1000), usage.ru_maxrss, status, sep="\t", flush=True)
