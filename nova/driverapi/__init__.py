"""The driver contract: what a hypervisor's driver provides, what it is given, and how it is found.

May import nova.domain. Drivers, the compute agent and the conformance suite import it.

- `driver`: `ComputeDriver`, twelve methods that every driver has
- `facets`: the optional abilities, one small Protocol each, and the keys to ask for them
- `capabilities`: what a driver declares that it can do
- `context`: what a driver is given when it is made
- `errors`: the outcomes that a call can have besides success
- `manifest`, `registry`: how drivers are listed without being imported, and loaded by name
- `options`: reading and describing a driver's configuration section
- `values`: small values of the contract
"""
