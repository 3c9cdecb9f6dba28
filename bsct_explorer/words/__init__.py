"""Numbers, units and atom labels as a person reads them."""
