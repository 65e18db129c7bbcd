"""What an object is. Describe answers, SQLite tables and validation are all generated from these."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class PicklistValue:
    value: str
    label: str
    default: bool = False
    active: bool = True
    # What the platform derives from the value, such as {"IsClosed": True, "Probability": 100.0} of a StageName.
    implies: dict[str, object] = field(default_factory=dict)
    valid_for: tuple[str, ...] = ()  # the values of the controlling field with which it can be chosen


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `type` is the describe type: id string textarea picklist multipicklist combobox reference
    boolean currency double percent int long date datetime time email phone url address location base64
    encryptedstring anyType."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    defaulted_on_create: bool = False
    default: object = None
    picklist: tuple[PicklistValue, ...] = ()
    restricted_picklist: bool = False
    controller: str | None = None
    reference_to: tuple[str, ...] = ()
    relationship_name: str | None = None  # how a child names its parent: Account in Contact.Account
    child_relationship: str | None = None  # how the parent names its children: Contacts in Account.Contacts
    on_parent_delete: str = "clear"  # clear | cascade | restrict
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    id_lookup: bool = False
    calculated: bool = False
    auto_number: str | None = None  # display format, such as {00000000}
    name_field: bool = False
    name_pointing: bool = False
    custom: bool = False
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    aggregatable: bool = True
    html_formatted: bool = False
    extra_type: str | None = None  # plaintextarea richtextarea imageurl personname switchablepersonname
    compound_field: str | None = None  # BillingAddress for BillingCity, Name for FirstName
    help_text: str | None = None

    @property
    def required_on_create(self) -> bool:
        """The caller must give it: REQUIRED_FIELD_MISSING otherwise."""
        return self.createable and not self.nillable and not self.defaulted_on_create and self.type != "boolean"

    @property
    def permissionable(self) -> bool:
        """Whether a profile can hide the field: what every record must have is everybody's. A box is never empty."""
        return (self.nillable or (self.custom and self.type == "boolean")) and not self.compound_field

    @property
    def has_values(self) -> bool:
        return self.type in {"picklist", "multipicklist", "combobox"}

    @property
    def stored(self) -> bool:
        """Compound address and location fields are put together on reading and have no column."""
        return self.type not in {"address", "location"}


@dataclass(frozen=True, slots=True)
class RecordType:
    developer_name: str
    name: str
    default: bool = False
    picklists: dict[str, tuple[str, ...]] = field(default_factory=dict)  # field -> the values it offers


@dataclass(frozen=True)
class Object:
    """One object type. Its table has its name, its columns have its fields' names."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: tuple[Field, ...]
    record_types: tuple[RecordType, ...] = ()
    custom: bool = False
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    queryable: bool = True
    searchable: bool = False
    undeletable: bool = True
    mergeable: bool = False
    layoutable: bool = True
    feed_enabled: bool = False
    namespace: str | None = None
    replicateable: bool = True
    retrieveable: bool = True
    setup: bool = False  # configuration rather than business records: everybody may read it
    tooling: bool = False  # only the Tooling API knows it
    description: str | None = None
    deployed: bool = True  # before, only those see it who may change it
    view_of: str | None = None  # the object whose rows it shows under its own name

    @property
    def custom_metadata(self) -> bool:
        return self.name.endswith("__mdt")

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {one.name.lower(): one for one in self.fields}

    def field(self, name: str) -> Field | None:
        """Names are case-insensitive on input and canonical on output."""
        return self._by_name.get(name.lower())

    @cached_property
    def name_field(self) -> Field | None:
        return next((one for one in self.fields if one.name_field), None)

    @cached_property
    def defaults(self) -> dict[str, object]:
        """A row of which nothing has been said."""
        return {
            one.name: bool(one.default) if one.type == "boolean" else one.default for one in self.fields if one.stored
        }

    @cached_property
    def required_on_create(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields if one.required_on_create)

    @cached_property
    def unique_fields(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.unique)

    @cached_property
    def auto_numbers(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.auto_number)

    @cached_property
    def references(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.type == "reference")

    @cached_property
    def implying_fields(self) -> tuple[Field, ...]:
        """Picklists of which a value brings others with it."""
        return tuple(one for one in self.fields if any(value.implies for value in one.picklist))

    @cached_property
    def _by_relationship(self) -> dict[str, Field]:
        return {one.relationship_name.lower(): one for one in self.fields if one.relationship_name}

    def parent(self, relationship_name: str) -> Field | None:
        """The reference field behind a child-to-parent relationship name."""
        return self._by_relationship.get(relationship_name.lower())


@dataclass(frozen=True, slots=True)
class ChildRelationship:
    """A parent-to-child relationship, seen from the parent."""

    name: str | None
    child_object: str
    field: Field


class Schema:
    """Every object of the org, by name."""

    def __init__(self, objects: list[Object]) -> None:
        self.hold({one.name.lower(): one for one in objects})

    def hold(self, objects: Mapping[str, Object]) -> None:
        """Hold these objects and no others. What was held before is left as it was, to be held again."""
        self.objects = objects
        self._by_prefix = {one.key_prefix: one for one in objects.values()}
        self._children: dict[str, list[ChildRelationship]] = {}
        self._closable: frozenset[str] | None = None

    def __iter__(self) -> Iterator[Object]:
        return iter(self.objects.values())

    def object(self, name: str) -> Object | None:
        return self.objects.get(name.lower())

    def by_prefix(self, record_id: str) -> Object | None:
        return self._by_prefix.get(record_id[:3])

    def known(self, name: str) -> Object:
        """An object that must be there."""
        return self.objects[name.lower()]

    def add(self, one: Object) -> None:
        """Add an object, or put a changed one in the place of its old self."""
        self.hold({**self.objects, one.name.lower(): one})

    def remove(self, one: Object) -> None:
        self.hold({name: other for name, other in self.objects.items() if other is not one})

    @property
    def closable(self) -> frozenset[str]:
        """The custom fields, such as Account.Tier__c, that are hidden from everybody whom nothing opens them to."""
        if self._closable is None:
            self._closable = frozenset(
                f"{one.name}.{field.name}"
                for one in self
                for field in one.fields
                if field.custom and field.permissionable and not one.setup
            )
        return self._closable

    def children(self, parent: Object) -> list[ChildRelationship]:
        if parent.name not in self._children:
            self._children[parent.name] = [
                ChildRelationship(reference.child_relationship, child.name, reference)
                for child in self
                if not child.view_of  # its rows are children already, under their own name
                for reference in child.fields
                if parent.name in reference.reference_to
            ]
        return self._children[parent.name]
