"""The fields that the platform itself gives to objects, and the parts of compound addresses."""

from collections.abc import Iterator

from salesforce_emulator.schema.model import Field, PicklistValue

ACCURACIES = (
    "Address",
    "NearAddress",
    "Block",
    "Street",
    "ExtendedZip",
    "Zip",
    "Neighborhood",
    "City",
    "County",
    "State",
    "Unknown",
)
ADDRESS_PARTS = ("Street", "City", "State", "PostalCode", "Country", "Latitude", "Longitude", "GeocodeAccuracy")

TEXT_PARTS = (
    ("City", "City", 40),
    ("State", "State/Province", 80),
    ("PostalCode", "Zip/Postal Code", 20),
    ("Country", "Country", 80),
)


def _stamp(name: str, label: str) -> Field:
    return Field(
        name,
        "datetime",
        label,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        groupable=False,
    )


def _user(name: str, label: str) -> Field:
    return Field(
        name,
        "reference",
        label,
        length=18,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        reference_to=("User",),
        relationship_name=name.removesuffix("Id"),
    )


def _of_platform(name: str, kind: str, label: str) -> Field:
    return Field(
        name,
        kind,
        label,
        length=18 if kind == "id" else 0,
        nillable=False,
        createable=False,
        updateable=False,
        defaulted_on_create=True,
        default=False if kind == "boolean" else None,
        aggregatable=kind == "id",
        id_lookup=kind == "id",
    )


FIRST = (_of_platform("Id", "id", "Record ID"), _of_platform("IsDeleted", "boolean", "Deleted"))
AUDIT = (
    _stamp("CreatedDate", "Created Date"),
    _user("CreatedById", "Created By ID"),
    _stamp("LastModifiedDate", "Last Modified Date"),
    _user("LastModifiedById", "Last Modified By ID"),
    _stamp("SystemModstamp", "System Modstamp"),
)


def address_parts(compound: str, label: str) -> Iterator[Field]:
    """The eight stored fields behind BillingAddress, MailingAddress, a lead's Address …"""
    prefix, said = compound.removesuffix("Address"), label.removesuffix("Address")
    yield Field(
        prefix + "Street",
        "textarea",
        said + "Street",
        length=255,
        compound_field=compound,
        extra_type="plaintextarea",
    )
    for name, word, length in TEXT_PARTS:
        yield Field(prefix + name, "string", said + word, length=length, compound_field=compound)
    for name in ("Latitude", "Longitude"):
        yield Field(
            prefix + name, "double", said + name, precision=18, scale=15, compound_field=compound, groupable=False
        )
    yield Field(
        prefix + "GeocodeAccuracy",
        "picklist",
        said + "Geocode Accuracy",
        length=40,
        picklist=tuple(PicklistValue(one, one) for one in ACCURACIES),
        restricted_picklist=True,
        compound_field=compound,
    )
