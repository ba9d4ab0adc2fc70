"""Images, snapshots and volumes."""

from collections.abc import Iterator

from msgspec.structs import replace

from nova.domain.devices import Volume
from nova.domain.ids import ServerId
from nova.domain.images import ImageRef, ImageTarget
from nova.domain.operations import Operation
from nova.domain.servers import Guest
from nova.domain.states import PowerState
from nova.domain.views import VolumeConnector
from nova.driverapi.errors import ImageUnusable, WrongPowerState
from nova.virt.fake.faults import driver_call
from nova.virt.fake.session import OnSession, Session

IMAGE_FORMATS = frozenset({"raw", "qcow2"})


def fetch_image(session: Session, image: ImageRef | None) -> None:
    """Read the image once per host, as a hypervisor would that keeps a cache. Raises ImageUnusable."""
    if image is None or image.id in session.hypervisor.images:
        return
    known = session.images.describe(image.id)
    if known.disk_format not in IMAGE_FORMATS:
        wanted = ", ".join(sorted(IMAGE_FORMATS))
        raise ImageUnusable(f"Image {image.id} is of the format {known.disk_format}; this driver boots {wanted}.")
    size = sum(len(chunk) for chunk in session.images.read(image.id))
    if known.size is not None and size != known.size:
        raise ImageUnusable(f"Image {image.id} has {size} bytes in place of {known.size}: upload it again.")
    session.call("cache-image", lambda: session.hypervisor.images.add(image.id))


class Storage(OnSession):
    """Snapshot, VolumeAttach and ImageCache."""

    @driver_call
    def snapshot(self, operation: Operation, server_id: ServerId, target: ImageTarget) -> ImageRef:
        """The image says whose disk it was; a guest in memory has nothing else on it."""
        session = self._session
        with session.alone(server_id):
            record = session.get(server_id)
            if operation.key in record.done:
                return session.images.describe(target.id)
            if record.power is PowerState.NOSTATE:
                raise WrongPowerState(f"Cannot snapshot guest {server_id}: it was never completed.")
            image = session.call("write-image", lambda: session.images.write(target, "raw", _disk(server_id)))
            session.put("finish-snapshot", record.having(operation))
            return image

    def volume_connector(self, node: str) -> VolumeConnector:
        """Volumes are reached by every node."""
        return VolumeConnector(host=node, address="127.0.0.1", properties={"initiator": f"iqn.example:{node}"})

    @driver_call
    def attach_volume(self, operation: Operation, server_id: ServerId, volume: Volume) -> Guest:
        """Note that it is there."""
        return self._session.once(
            operation,
            "connect-volume",
            server_id,
            lambda record: replace(record, volumes={**record.volumes, volume.attachment_id: volume}),
        )

    @driver_call
    def detach_volume(self, operation: Operation, server_id: ServerId, volume: Volume) -> Guest:
        """Note that it is gone."""
        return self._session.once(
            operation,
            "disconnect-volume",
            server_id,
            lambda record: replace(
                record, volumes={key: value for key, value in record.volumes.items() if key != volume.attachment_id}
            ),
        )

    @driver_call
    def cache_image(self, image: ImageRef) -> None:
        """Read it before it is needed."""
        fetch_image(self._session, image)

    @driver_call
    def prune_images(self, keep: frozenset[str]) -> frozenset[str]:
        """Forget what no guest was made from."""
        hypervisor = self._session.hypervisor
        used = {record.spec.image.id for record in hypervisor.all() if record.spec.image is not None}
        unused = frozenset(hypervisor.images - used - keep)
        self._session.call("remove-images", lambda: hypervisor.images.difference_update(unused))
        return unused


def _disk(server_id: ServerId) -> Iterator[bytes]:
    yield b"disk of "
    yield server_id.encode()
