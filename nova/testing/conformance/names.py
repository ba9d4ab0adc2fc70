"""Names of any script, and names that look like something else."""

import pytest

from nova.domain.servers import CloudData
from nova.domain.states import PowerState
from nova.testing.conformance.harness import Bench

NAMES = {
    "spaces": "two words",
    "cyrillic": "сервер",
    "chinese": "虛擬機器",
    "right-to-left": "خادم",
    "emoji": "🚀🧑🏽‍🚀",
    "combining": "e\u0301 is not \u00e9",
    "quotes": 'it\'s "quoted"',
    "markup": "<name>&amp;</name>",
    "path": "../../etc/passwd",
    "shell": "$(reboot); rm -rf /",
    "option": "--help",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class TestNames:
    """A server's name is text for people; the id tells servers apart."""

    @pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
    def test_any_name(self, bench: Bench, name: str) -> None:
        """A guest of this name is made, found and removed."""
        spec = bench.spawn(name=name)
        assert bench.power(spec) is PowerState.RUNNING
        bench.run(bench.driver.destroy, bench.operation(spec.server_id), spec.server_id)
        assert bench.inspect(spec) is None

    def test_two_guests_of_one_name(self, bench: Bench) -> None:
        """Destroying one of them leaves the other."""
        first, second = bench.spawn(name="twin"), bench.spawn(name="twin")
        bench.run(bench.driver.destroy, bench.operation(first.server_id), first.server_id)
        assert (bench.inspect(first), bench.power(second)) == (None, PowerState.RUNNING)

    def test_names_that_differ_in_case(self, bench: Bench) -> None:
        """So do names that some file systems would take for one."""
        first, second = bench.spawn(name="Twin"), bench.spawn(name="twin")
        bench.run(bench.driver.destroy, bench.operation(second.server_id), second.server_id)
        assert (bench.power(first), bench.inspect(second)) == (PowerState.RUNNING, None)

    def test_metadata_in_any_script(self, bench: Bench) -> None:
        """Metadata, keys and user data may hold what names may hold."""
        cloud = CloudData(hostname="guest", user_data="#!/bin/sh\necho ÿ\n".encode(), metadata={"ключ": "🚀 <&\"'>"})
        assert bench.power(bench.spawn(cloud=cloud)) is PowerState.RUNNING
