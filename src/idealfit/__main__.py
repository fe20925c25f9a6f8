"""`python -m idealfit` is the command line."""

from idealfit.frontends.cli.app import main

main()
