"""Code that people run beside their own training to answer a check; it needs nothing but torch."""
