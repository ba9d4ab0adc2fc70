"""Network interfaces."""

from msgspec.structs import replace

from nova.domain.devices import Interface
from nova.domain.ids import ServerId
from nova.domain.operations import Operation
from nova.domain.servers import Guest
from nova.virt.fake.faults import driver_call
from nova.virt.fake.session import OnSession


class Network(OnSession):
    """InterfaceAttach."""

    @driver_call
    def attach_interface(self, operation: Operation, server_id: ServerId, interface: Interface) -> Guest:
        """Note that it is there."""
        return self._session.once(
            operation,
            "plug-interface",
            server_id,
            lambda record: replace(record, interfaces={**record.interfaces, interface.port_id: interface}),
        )

    @driver_call
    def detach_interface(self, operation: Operation, server_id: ServerId, interface: Interface) -> Guest:
        """Note that it is gone."""
        return self._session.once(
            operation,
            "unplug-interface",
            server_id,
            lambda record: replace(
                record, interfaces={key: value for key, value in record.interfaces.items() if key != interface.port_id}
            ),
        )
