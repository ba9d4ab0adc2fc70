"""Where votes come from. Each forge is an island: it turns what it knows into `onetree.policy.approvals.votes.Votes`.

There is one that reads a file, which any forge's own tooling can write, and one that reads commit trailers. The latter
takes text for identity, so it has to be asked for by name.
"""
