"""Six trials of 20 steps, one after the other, in a study that is kept in a file of SQLite.

    python3 study.py FILE                 runs them, and prints a line of JSON for every start and every step
    python3 study.py FILE --heartbeat     the same with what Optuna offers for processes that die
    python3 study.py FILE --count         prints how many trials are in which state
"""

import collections
import json
import sys
import time

import optuna
from optuna.study import MaxTrialsCallback
from optuna.trial import TrialState

TRIALS = 6
STEPS = 20
STEP_SECONDS = 0.05

file, *flags = sys.argv[1:]
heartbeat = "--heartbeat" in flags


def say(**line):
    print(json.dumps(line), flush=True)


def storage():
    url = f"sqlite:///{file}"
    if not heartbeat:
        return optuna.storages.RDBStorage(url)
    # The name until version 4; the argument was called failed_trial_callback then.
    if hasattr(optuna.storages, "RetryHeartbeatStaleTrialCallback"):
        retry = {"heartbeat_stale_trial_callback": optuna.storages.RetryHeartbeatStaleTrialCallback()}
    else:
        retry = {"failed_trial_callback": optuna.storages.RetryFailedTrialCallback()}
    return optuna.storages.RDBStorage(url, heartbeat_interval=1, grace_period=2, **retry)


def objective(trial):
    say(type="start")
    rate = trial.suggest_float("rate", 1e-4, 1e-1, log=True)
    for _ in range(STEPS):
        time.sleep(STEP_SECONDS)
        say(type="step")
    return rate


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(storage=storage(), study_name="six", load_if_exists=True)
if "--count" in flags:
    states = collections.Counter(trial.state for trial in study.trials)
    say(
        done=states[TrialState.COMPLETE],
        failed=states[TrialState.FAIL],
        running=states[TrialState.RUNNING],
    )
elif heartbeat:
    study.optimize(objective, callbacks=[MaxTrialsCallback(TRIALS, states=(TrialState.COMPLETE,))])
else:
    study.optimize(objective, n_trials=TRIALS)
