"""What the machine and its kernels have to compute with."""
