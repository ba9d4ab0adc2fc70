"""The facet InterfaceAttach."""

from nova.driverapi.facets import INTERFACE_ATTACH
from nova.testing.conformance.harness import Bench


class TestInterfaceAttach:
    """Network interfaces come and go."""

    def test_two_interfaces(self, bench: Bench) -> None:
        """Unplugging one leaves the other."""
        network, spec = bench.need(INTERFACE_ATTACH), bench.spawn()
        first, second = bench.backend.interface(), bench.backend.interface()
        for interface in (first, second):
            bench.run(network.attach_interface, bench.operation(spec.server_id), spec.server_id, interface)
        guest = bench.run(network.detach_interface, bench.operation(spec.server_id), spec.server_id, first)
        assert guest.interfaces == {second.port_id}

    def test_interfaces_of_a_new_guest(self, bench: Bench) -> None:
        """Spawn plugs in what the specification names."""
        bench.need(INTERFACE_ATTACH)
        interface = bench.backend.interface()
        spec = bench.spawn(interfaces=(interface,))
        assert bench.driver.inspect(spec.server_id).interfaces == {interface.port_id}

    def test_plugged_again_by_another_operation(self, bench: Bench) -> None:
        """One that is there already is left as it is; one that is not there is no error to unplug."""
        network, spec = bench.need(INTERFACE_ATTACH), bench.spawn()
        interface = bench.backend.interface()
        for _ in range(2):
            guest = bench.run(network.attach_interface, bench.operation(spec.server_id), spec.server_id, interface)
            assert guest.interfaces == {interface.port_id}
        for _ in range(2):
            guest = bench.run(network.detach_interface, bench.operation(spec.server_id), spec.server_id, interface)
            assert guest.interfaces == frozenset()
