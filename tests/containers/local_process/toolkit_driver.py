"""Runs AWS's training toolkit for many jobs, in a Python that has it.

Its argument is a JSON file with the base folders of the jobs and the environment of each. Prints
the exit statuses.
"""

import json
import os
import sys


def main() -> None:
    import asyncio  # noqa: F401
    import socket  # noqa: F401

    import boto3.session  # noqa: F401
    import retrying  # noqa: F401

    with open(sys.argv[1]) as file:
        jobs = json.load(file)
    statuses = []
    for base, variables in jobs:
        pid = os.fork()
        if pid == 0:
            os.environ.update(variables)
            os.environ.update(SAGEMAKER_BASE_DIR=base, SM_STUDIO_LOCAL_MODE="true")
            log = os.open(base + "/../log", os.O_WRONLY | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            status = 99
            try:
                from sagemaker_training import trainer

                trainer.train()
            except SystemExit as exit:
                status = exit.code or 0
            finally:
                os._exit(status)
        _, status = os.waitpid(pid, 0)
        statuses.append(os.waitstatus_to_exitcode(status))
    print(json.dumps(statuses))


if __name__ == "__main__":
    main()
