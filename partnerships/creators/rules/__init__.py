"""What is decided about a creator's file without asking anything."""
