"""What `flask procedure check` looks for, a room for each kind of mistake."""
