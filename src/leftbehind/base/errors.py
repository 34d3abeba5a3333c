"""Errors that a user can cause and mend."""


class InputError(Exception):
    """Something the user gave is wrong; the message names it and what is allowed.

    The command line prints the message and ends with status 2.
    """
