"""Runs a command with a pseudo-terminal for its standard error. Usage: pty.py COLUMNS COMMAND...

Writes what the terminal was sent to standard output; ends as the command does. The terminal becomes narrower when the table
of trials is there in full, and wider again when it was drawn with the columns that still fit.
"""

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios

columns = int(sys.argv[1])
main, side = os.openpty()


def resize(width):
    fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))


resize(columns)
child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=side)
os.close(side)
sizes = iter([(b"  trial  ", columns // 2), (b"G  method  ", columns)])
change = next(sizes)
seen = b""
while True:
    try:
        data = os.read(main, 65536)
    except OSError:
        data = b""
    if not data:
        break
    os.write(1, data)
    seen += data
    if change and change[0] in seen:
        seen = b""
        resize(change[1])
        child.send_signal(signal.SIGWINCH)
        change = next(sizes, None)
sys.exit(child.wait())
