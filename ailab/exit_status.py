"""What a command ends with, for scripts that ask: `add_command` and the documentation say it."""

OK, FAILED, MISUSED, PARTLY_FAILED = 0, 1, 2, 3
INTERRUPTED, ENDED = 130, 143
"""As shells tell of SIGINT and SIGTERM: 128 and the signal's number."""
