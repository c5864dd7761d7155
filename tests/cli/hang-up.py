"""Runs a command on a terminal of its own and closes that when a file is there. Usage: hang-up.py GLOB COMMAND...

Ends when the command has, after it lost its terminal.
"""

import fcntl
import glob
import os
import select
import subprocess
import sys
import termios

main, side = os.openpty()


def take_terminal():
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)


child = subprocess.Popen(sys.argv[2:], stdin=side, stdout=side, stderr=side, preexec_fn=take_terminal)
os.close(side)
while not glob.glob(sys.argv[1]):
    # What is shown has to be read, or the command would wait. Not by a thread: a terminal that is being read stays open.
    if select.select([main], [], [], 0.02)[0]:
        os.read(main, 65536)
os.close(main)
child.wait()
