"""`python -m leftbehind`: the same as the command `leftbehind`."""

from leftbehind.cli.app.app import main

main()
