//! The sandbox of expressions: SQLite's authorizer refuses everything but reading, and reports what is read.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// Functions an expression may call, besides those of [`super::functions`].
pub(super) const BUILT_IN: &[&str] = &[
    "abs",
    "coalesce",
    "ifnull",
    "iif",
    "instr",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "nullif",
    "replace",
    "round",
    "rtrim",
    "sign",
    "substr",
    "substring",
    "trim",
    "upper",
    "glob",
];

/// What the authorizer is doing.
#[derive(Debug, Default)]
enum Mode {
    /// Statements of the program itself.
    #[default]
    Open,
    /// An expression of the user over this view, which is made of these tables.
    Watching(String, Vec<String>),
}

#[derive(Debug, Default)]
struct State {
    mode: Mode,
    reads: BTreeSet<String>,
    refused: Option<String>,
}

/// What an expression read, or why it was refused.
#[derive(Debug)]
pub(super) struct Observed {
    /// Columns of the view, upper case.
    pub reads: BTreeSet<String>,
    /// The function or action that was refused.
    pub refused: Option<String>,
}

/// Handle on the authorizer of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Sandbox {
    state: Arc<Mutex<State>>,
}

impl Sandbox {
    /// Installs the authorizer.
    pub fn install(connection: &mut Connection) -> rusqlite::Result<Self> {
        let sandbox = Self::default();
        let state = sandbox.state.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            decide(&mut state, &context)
        }))?;
        Ok(sandbox)
    }

    /// Runs `prepare` with the authorizer watching the view; `tables` are those the view is made of.
    pub fn watch<T>(&self, view: &str, tables: Vec<String>, prepare: impl FnOnce() -> T) -> (T, Observed) {
        {
            let mut state = self.lock();
            *state = State { mode: Mode::Watching(view.to_owned(), tables), ..State::default() };
        }
        let value = prepare();
        let mut state = self.lock();
        let observed = Observed { reads: std::mem::take(&mut state.reads), refused: state.refused.take() };
        state.mode = Mode::Open;
        (value, observed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn decide(state: &mut State, context: &AuthContext<'_>) -> Authorization {
    let Mode::Watching(view, tables) = &state.mode else { return Authorization::Allow };
    match context.action {
        AuthAction::Select => Authorization::Allow,
        AuthAction::Read { table_name, column_name } => {
            // SQLite announces a joined table of which no column is wanted by an empty column name.
            if column_name.is_empty() && tables.iter().any(|table| table_name.eq_ignore_ascii_case(table)) {
                return Authorization::Allow;
            }
            if context.accessor.is_none() && table_name.eq_ignore_ascii_case(view) && !column_name.is_empty() {
                state.reads.insert(column_name.to_ascii_uppercase());
            } else if context.accessor.is_none() && !table_name.eq_ignore_ascii_case(view) {
                state.refused = Some(format!("reading the table `{table_name}`"));
                return Authorization::Deny;
            }
            Authorization::Allow
        }
        AuthAction::Function { function_name } => {
            let name = function_name.to_ascii_lowercase();
            if BUILT_IN.contains(&name.as_str()) || super::functions::NAMES.iter().any(|(known, _)| *known == name) {
                Authorization::Allow
            } else {
                state.refused = Some(format!("the function `{name}`"));
                Authorization::Deny
            }
        }
        _ => {
            state.refused = Some("anything but reading columns".to_owned());
            Authorization::Deny
        }
    }
}
