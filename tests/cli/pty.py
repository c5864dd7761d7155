"""Runs a command with a pseudo-terminal for its standard error. Usage: pty.py COLUMNS COMMAND...

Writes what the terminal was sent to standard output; ends as the command does. The terminal becomes narrower, then wider
again, while the command runs.
"""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time

columns = int(sys.argv[1])
main, side = os.openpty()


def resize(width):
    fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))


resize(columns)
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=side)
os.close(side)
sizes = iter([(1.0, columns // 2), (2.0, columns)])
change = next(sizes)
began = time.monotonic()
while True:
    if select.select([main], [], [], 0.05)[0]:
        try:
            data = os.read(main, 65536)
        except OSError:
            data = b""
        if not data:
            break
        os.write(1, data)
    if change and time.monotonic() - began > change[0]:
        resize(change[1])
        child.send_signal(signal.SIGWINCH)
        change = next(sizes, None)
sys.exit(child.wait())
