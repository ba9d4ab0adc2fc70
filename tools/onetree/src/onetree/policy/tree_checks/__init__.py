"""What `onetree check` looks for beside contracts and OWNERS."""
