"""The only input and output: git objects, import graphs, caches, pytest, forges."""
