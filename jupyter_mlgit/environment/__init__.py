"""What the GPU does, who holds it, and why torch does not see it."""
