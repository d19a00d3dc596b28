"""Which store of photos an installation has.

Invariant: nothing is touched before the first photo, and only what is needed is imported.
"""

from pathlib import Path

from api.storage.folder import FolderStorage
from api.storage.storage import Storage, StorageOptions


def opened_storage(options: StorageOptions, data_dir: Path) -> Storage:
    """The bucket if one is named, else a folder, by default below the data folder."""
    if options.bucket:
        from api.storage.bucket import BucketStorage  # its library is large, and few need it

        return BucketStorage(options)
    return FolderStorage(options.folder or data_dir / "photos")
