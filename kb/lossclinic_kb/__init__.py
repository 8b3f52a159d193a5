"""What lossclinic knows about training runs, and how it reasons over it. Imports neither torch nor gradio."""
