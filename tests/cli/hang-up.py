"""Runs a command on a terminal of its own and closes that when a file is there. Usage: hang-up.py GLOB COMMAND...

Ends when the command has, after it lost its terminal.
"""

import fcntl
import glob
import os
import subprocess
import sys
import termios
import threading
import time

main, side = os.openpty()


def take_terminal():
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)


child = subprocess.Popen(sys.argv[2:], stdin=side, stdout=side, stderr=side, preexec_fn=take_terminal)
os.close(side)


def read():
    try:
        while os.read(main, 65536):
            pass
    except OSError:
        pass


# What is shown has to be read, or the command would wait.
threading.Thread(target=read, daemon=True).start()

while not glob.glob(sys.argv[1]):
    time.sleep(0.02)
os.close(main)
child.wait()
