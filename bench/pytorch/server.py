"""Measures what it is asked to, one JSON object per line on standard input, one answer per line on standard output."""

import json
import os
import sys
import time

import torch

import kernels
import steps

if "BBB_THREADS" in os.environ:
    torch.set_num_threads(int(os.environ["BBB_THREADS"]))
TASKS = {**kernels.TASKS, **steps.TASKS}
prepared = {}


def measure(call, milliseconds):
    times = []
    end = time.perf_counter() + milliseconds / 1e3
    while True:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
        if time.perf_counter() >= end:
            return min(times)


def answer(request):
    task = request.pop("task")
    milliseconds = request.pop("milliseconds", None)
    key = (task, json.dumps(request, sort_keys=True))
    if key not in prepared:
        prepared[key] = TASKS[task](**request)
    call = prepared[key]
    if milliseconds is None:
        return {"values": call().flatten().tolist()}
    return {"seconds": measure(call, milliseconds)}


def say(message):
    print(json.dumps(message), flush=True)


say({"version": torch.__version__})
for line in sys.stdin:
    try:
        say(answer(json.loads(line)))
    except Exception as error:
        say({"error": repr(error)})
