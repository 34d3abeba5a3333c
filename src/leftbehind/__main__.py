"""`python -m leftbehind`: the same as the command `leftbehind`."""

from leftbehind.cli.app import main

main()
