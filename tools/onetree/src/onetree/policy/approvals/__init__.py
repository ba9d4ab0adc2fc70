"""The approval verdict: votes, accounts, what each path needs, and what to tell people."""
