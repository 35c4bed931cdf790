"""Whether everything that runs on its own does run, for those who operate it; and who is told when it does not."""
