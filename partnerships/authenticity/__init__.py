"""Judge by a written rubric whether content shows real use; a person decides."""
