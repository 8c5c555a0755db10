"""The folder of a site: what may be written over, and what is left as it is."""

from pathlib import Path

import msgspec
import pytest

from latitude.errors import UsageError
from latitude.publish.manifest import encode_manifest
from tests.publish.archive import Archive
from tests.publish.site.making import site_of
from tests.publish.site.test_build import files, three


async def test_only_a_site_of_this_release_is_written_over(
    archive: Archive, tmp_path: Path
) -> None:
    await three(archive)
    mine = await archive.manifest()
    manifests = {
        "broken": b"{}",
        "another": encode_manifest(msgspec.structs.replace(mine, name="other", canary="c" * 36)),
        "bag/data": encode_manifest(mine),
    }
    for name, data in manifests.items():
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "release.json").write_bytes(data)
        (tmp_path / name / "models" / "weights.bin").write_bytes(b"mine")
    (tmp_path / "bag" / "bagit.txt").touch()
    for name in manifests:
        before = files(tmp_path / name)
        with pytest.raises(UsageError, match="Nothing was written"):
            await site_of(archive, tmp_path / name)
        assert files(tmp_path / name) == before
