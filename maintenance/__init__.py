"""What a maintainer runs now and then; nothing here is part of the package that people install."""
