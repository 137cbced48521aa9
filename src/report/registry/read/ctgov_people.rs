//! Contacts, officials and sites in the elements that PRS and the legacy public XML share.

use crate::report::registry::{Contact, Location, Text};

use super::tree::Element;

/// Contact and backup; PRS has the same elements.
pub(super) fn contacts(root: Element<'_>) -> Vec<Contact> {
    let both = [root.child("overall_contact"), root.child("overall_contact_backup")];
    let contact = |item: Element<'_>| Contact {
        name: person(item),
        phone: item.text_of("phone"),
        phone_extension: item.text_of("phone_ext"),
        email: item.text_of("email"),
        ..Contact::default()
    };
    both.into_iter().flatten().map(contact).collect()
}

/// A person's name; PRS writes it in parts too.
fn person(item: Element<'_>) -> Option<Text> {
    let parts = [item.text_of("first_name"), item.text_of("middle_name"), item.text_of("last_name")];
    name_of(parts, item.text_of("degrees"))
}

/// An official with the role; PRS has the same elements.
pub(super) fn official(item: Element<'_>) -> (Contact, Option<Text>) {
    (
        Contact { name: person(item), organisation: item.text_of("affiliation"), ..Contact::default() },
        item.text_of("role"),
    )
}

/// A site; PRS has the same elements.
pub(super) fn location(item: Element<'_>) -> Location {
    let facility = item.child("facility");
    let address = facility.and_then(|facility| facility.child("address"));
    let part = |name: &str| address.and_then(|address| address.text_of(name));
    Location {
        name: facility.and_then(|facility| facility.text_of("name")),
        town: part("city"),
        state: part("state"),
        postcode: part("zip"),
        country: part("country"),
        status: item.text_of("status"),
    }
}

/// The part a contact's name has in several elements.
fn name_of(parts: [Option<Text>; 3], degrees: Option<Text>) -> Option<Text> {
    let place = parts.iter().flatten().next_back()?.place.clone();
    let name = parts.iter().flatten().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" ");
    Some(Text::new(degrees.map_or(name.clone(), |degrees| format!("{name}, {}", degrees.text)), place))
}
