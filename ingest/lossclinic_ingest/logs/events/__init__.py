"""Logs that keep each quantity on its own: event files, the messages in them, and folders that runs are spread over."""
