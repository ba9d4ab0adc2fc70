"""The facet ImageCache."""

import pytest

from nova.domain.states import PowerState
from nova.driverapi.errors import ImageUnusable
from nova.driverapi.facets import IMAGE_CACHE
from nova.testing.conformance.harness import Bench


class TestImageCache:
    """Images near the guests."""

    def test_cached_twice_and_pruned(self, bench: Bench) -> None:
        """An image that no guest uses can be fetched, and is removed unless it is to be kept."""
        cache, image = bench.need(IMAGE_CACHE), bench.backend.image()
        for _ in range(2):
            cache.cache_image(image)
        assert image.id not in cache.prune_images(frozenset({image.id}))
        assert image.id in cache.prune_images(frozenset())
        assert image.id not in cache.prune_images(frozenset())

    def test_used_image_stays(self, bench: Bench) -> None:
        """What a guest was made from is not removed under it."""
        cache, spec = bench.need(IMAGE_CACHE), bench.spawn()
        assert spec.image is not None
        assert spec.image.id not in cache.prune_images(frozenset())
        assert bench.power(spec) is PowerState.RUNNING

    def test_damaged_image(self, bench: Bench) -> None:
        """ImageUnusable, each time."""
        cache, image = bench.need(IMAGE_CACHE), bench.backend.damaged_image()
        for _ in range(2):
            with pytest.raises(ImageUnusable):
                cache.cache_image(image)
