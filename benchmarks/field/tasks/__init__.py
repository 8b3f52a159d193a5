"""What is learned, made by rule."""
