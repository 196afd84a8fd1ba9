"""Between the wire and the operations. Only this package knows moto."""
