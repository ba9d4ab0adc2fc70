"""The largest values that the API lets through."""

from nova.domain.ids import NAME_LIMIT
from nova.domain.servers import USER_DATA_LIMIT, CloudData
from nova.domain.states import PowerState
from nova.testing.conformance.harness import Bench


class TestLimits:
    """What is allowed works at its limit."""

    def test_longest_name(self, bench: Bench) -> None:
        """255 characters, each of four bytes in UTF-8."""
        assert bench.power(bench.spawn(name="🚀" * NAME_LIMIT)) is PowerState.RUNNING

    def test_most_user_data(self, bench: Bench) -> None:
        """65,535 bytes in base64."""
        cloud = CloudData(user_data=bytes(USER_DATA_LIMIT // 4 * 3))
        assert bench.power(bench.spawn(cloud=cloud)) is PowerState.RUNNING

    def test_most_metadata(self, bench: Bench) -> None:
        """128 items of 255 characters."""
        metadata = {f"{number:0>{NAME_LIMIT}}": "v" * NAME_LIMIT for number in range(128)}
        assert bench.power(bench.spawn(cloud=CloudData(metadata=metadata))) is PowerState.RUNNING

    def test_many_operations_on_one_guest(self, bench: Bench) -> None:
        """What a driver writes down about operations does not grow until a guest breaks."""
        spec = bench.spawn()
        for _ in range(20):
            bench.driver.inspect(spec.server_id)
            bench.run(bench.driver.spawn, bench.operation(spec.server_id), spec, bench.node())
        assert bench.power(spec) is PowerState.RUNNING
