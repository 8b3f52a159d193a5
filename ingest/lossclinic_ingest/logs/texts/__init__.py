"""What the readers of text logs share: lines, what a logger writes in front of them, names and values in them."""
