"""What tests of drivers and of the core share: the conformance suite, and fakes of what the contract hands to a driver.

May import nova.driverapi, nova.domain and pytest (`pip install nova[testing]`). Only tests may import it.
"""

import pytest

# Before the suite is imported, so that its assertions show values as those in test files do.
pytest.register_assert_rewrite("nova.testing.conformance")
