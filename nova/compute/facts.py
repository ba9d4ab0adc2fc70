"""What a host has, for the scheduler and for people."""

from nova.compute.outcomes import message_of
from nova.domain.hosts import HostFacts
from nova.driverapi.driver import ComputeDriver
from nova.driverapi.errors import DriverError
from nova.driverapi.facets import FACETS


def gather(driver: ComputeDriver, host: str, driver_name: str) -> HostFacts:
    """The facts, or a problem in their place when the backend cannot say."""
    abilities = frozenset(facet.name for facet in FACETS if driver.facet(facet) is not None)
    try:
        identity = driver.identity()
        nodes = driver.inventory()
    except DriverError as error:
        return HostFacts(host=host, driver=driver_name, abilities=abilities, problem=message_of(error))
    return HostFacts(
        host=host,
        driver=driver_name,
        driver_version=identity.version,
        backend=f"{identity.backend} {identity.backend_version}",
        nodes=nodes,
        abilities=abilities,
    )
