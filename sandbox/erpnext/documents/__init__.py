"""What a real site does of its own accord with the documents of particular DocTypes."""
