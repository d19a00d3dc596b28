"""Photos on the wire: announced by their digest, sent in pieces, and read back.

A file is named by the SHA-256 of its bytes as the phone has them. The service writes photos anew
without their metadata, so what is read back has other bytes; the name stays.
"""

from typing import Annotated, Literal

from pydantic import Field

from mobile_contract.words import Wire

PhotoSize = Literal["full", "thumb"]


class NewAttachment(Wire):
    """`PUT /v1/attachments/{sha256}`: a file of so many bytes is going to be sent."""

    bytes: Annotated[int, Field(ge=1, le=2**31 - 1, examples=[148_213])]


class AttachmentView(Wire):
    """How far an upload is. `offset`: the next piece begins there; `state`: `uploading`, `ready`.

    `media_type`, `width` and `height` (pixels) are of the photo as it is kept, once it is ready.
    """

    sha256: Annotated[str, Field(examples=["9f86d081884c7d65" * 4])]
    state: Annotated[str, Field(examples=["uploading"])]
    bytes: Annotated[int, Field(examples=[148_213])]
    offset: Annotated[int, Field(examples=[65_536])]
    media_type: Annotated[str | None, Field(examples=["image/jpeg"])] = None
    width: Annotated[int | None, Field(examples=[1_280])] = None
    height: Annotated[int | None, Field(examples=[960])] = None
