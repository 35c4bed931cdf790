"""The three-month story, told in processes of its own; a package so that the kill drill can be run by hand."""
