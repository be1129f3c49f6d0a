"""A package, so that tests/storage and the like do not hide the product's packages of the same name."""
