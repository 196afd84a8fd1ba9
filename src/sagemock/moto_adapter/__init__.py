"""All that touches moto: the patch, its backends in process, its own resources, CloudFormation."""

from sagemock.compatibility import check

# Before a module of this package imports what another version of moto may lack.
check()
