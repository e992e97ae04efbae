from __future__ import annotations

import pytest
from nat_egress.images import DEFAULT_IMAGES, Image, image_problems, parse_image

GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute"
IDS = [
    f"{GROUP}/images/golden",
    f"{GROUP}/galleries/gallery/images/golden",
    f"{GROUP}/galleries/gallery/images/golden/versions/1.2.3",
    f"{GROUP}/galleries/gallery/images/golden".replace("resourceGroups", "resourcegroups"),
]


@pytest.mark.parametrize("text", [*DEFAULT_IMAGES.values(), "Debian:debian-12:12-gen2:0.20240102.1614"])
def test_a_marketplace_image_has_four_parts(text):
    assert image_problems(text) == []
    image = parse_image(text)
    assert f"{image.publisher}:{image.offer}:{image.sku}:{image.version}" == text
    assert image.id is None


@pytest.mark.parametrize("text", IDS)
def test_an_image_of_ones_own_has_an_id(text):
    assert image_problems(text) == []
    assert parse_image(text) == Image(id=text)


@pytest.mark.parametrize(
    "text",
    [
        "Ubuntu2404",
        "Canonical:ubuntu-24_04-lts:server",
        "Canonical:ubuntu-24_04-lts:server:latest:more",
        "Canonical:ubuntu-24_04-lts::latest",
        "Canonical: ubuntu:server:latest",
        f"{GROUP}/disks/golden",
        f"{GROUP}/images/golden/",
        f"{GROUP}/galleries/gallery",
        IDS[0][1:],
        IDS[0].replace("Compute", "Network"),
        " ",
    ],
)
def test_anything_else_is_no_image(text):
    (problem,) = image_problems(text)
    assert (problem.argument, problem.value) == ("image", text)
    assert "publisher:offer:sku:version, or the id of an image" in problem.rule
    assert DEFAULT_IMAGES["Linux"] in problem.remedy
