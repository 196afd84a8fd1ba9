"""Between the wire and the operations. Only this package knows moto."""

from sagemock.compatibility import check

# Before a module of this package imports what another version of moto may lack.
check()
