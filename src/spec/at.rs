//! A configured value together with its place in the file.

use std::borrow::{Borrow, Cow};
use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use crate::base::diagnostic::{Place, TextSource};

thread_local! {
    /// The file being read: the YAML reader gives line and column only.
    static CURRENT: RefCell<Option<Arc<TextSource>>> = const { RefCell::new(None) };
}

/// Runs `read` with `source` as the file that places point into.
pub(super) fn reading<T>(source: &Arc<TextSource>, read: impl FnOnce() -> T) -> T {
    CURRENT.with_borrow_mut(|current| *current = Some(source.clone()));
    let value = read();
    CURRENT.with_borrow_mut(|current| *current = None);
    value
}

/// A value and where it stands in the configuration.
#[derive(Clone, Debug, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub place: Place,
}

impl<T> At<T> {
    /// A value that stands in no file.
    pub fn nowhere(value: T) -> Self {
        Self { value, place: Place::Nowhere }
    }
}

impl<T> Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T: Hash> Hash for At<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl Borrow<str> for At<String> {
    fn borrow(&self) -> &str {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_yaml::Spanned::<T>::deserialize(deserializer)?;
        let location = spanned.referenced;
        let place = CURRENT.with_borrow(|current| match current {
            Some(source) if location.line() > 0 => Place::Text {
                source: source.clone(),
                line: usize::try_from(location.line()).unwrap_or(1),
                column: usize::try_from(location.column()).unwrap_or(1),
                length: usize::try_from(location.span().len()).unwrap_or(1).max(1),
            },
            _ => Place::Nowhere,
        });
        Ok(Self { value: spanned.value, place })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
    fn inline_schema() -> bool {
        T::inline_schema()
    }
}
