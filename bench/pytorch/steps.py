"""Whole training steps. Filled in beside the suites that time ours."""

TASKS = {}
