"""What is decided about people, brands and products without asking anything."""
