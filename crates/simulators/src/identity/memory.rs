//! What is under way: logins waiting for a click, codes, access tokens. Nothing of it survives a restart.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

const INTERACTION_LIVES: SignedDuration = SignedDuration::from_mins(30);
const CODE_LIVES: SignedDuration = SignedDuration::from_secs(30);
pub(super) const TOKEN_LIVES: SignedDuration = SignedDuration::from_secs(60);
/// More than any demonstration needs; the oldest is forgotten.
const MOST: usize = 2000;

/// What the relying party asked for.
#[derive(Clone, Default)]
pub(super) struct Request {
    pub(super) redirect_uri: String,
    pub(super) scope: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) challenge: Option<String>,
}

/// A request to which somebody said yes.
#[derive(Clone)]
pub(super) struct Granted {
    pub(super) request: Request,
    pub(super) person: &'static str,
    pub(super) at: Timestamp,
    /// The access token of this grant, revoked when the code comes a second time.
    pub(super) access: Option<String>,
}

#[derive(Default)]
struct Tables {
    interactions: HashMap<String, (Timestamp, Request)>,
    codes: HashMap<String, Granted>,
    tokens: HashMap<String, Granted>,
}

#[derive(Default)]
pub(super) struct Memory(Mutex<Tables>);

impl Memory {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, id: String, request: Request, now: Timestamp) {
        let mut tables = self.tables();
        make_room(&mut tables.interactions, |(at, _)| *at);
        tables.interactions.insert(id, (now, request));
    }

    /// The waiting request, once.
    pub(super) fn choose(&self, id: &str, now: Timestamp) -> Option<Request> {
        let (at, request) = self.tables().interactions.remove(id)?;
        (now.duration_since(at) <= INTERACTION_LIVES).then_some(request)
    }

    pub(super) fn grant(&self, code: String, granted: Granted) {
        let mut tables = self.tables();
        make_room(&mut tables.codes, |granted| granted.at);
        tables.codes.insert(code, granted);
    }

    /// Gives the grant of a code the first time, within its life; a second time revokes what it gave.
    pub(super) fn redeem(&self, code: &str, access: &str, now: Timestamp) -> Option<Granted> {
        let mut tables = self.tables();
        let granted = tables.codes.get_mut(code)?;
        if let Some(first) = granted.access.clone() {
            tables.tokens.remove(&first);
            return None;
        }
        granted.access = Some(access.to_owned());
        let granted = granted.clone();
        (now.duration_since(granted.at) <= CODE_LIVES).then_some(granted)
    }

    pub(super) fn remember_token(&self, granted: Granted) {
        let mut tables = self.tables();
        make_room(&mut tables.tokens, |granted| granted.at);
        if let Some(access) = granted.access.clone() {
            tables.tokens.insert(access, granted);
        }
    }

    pub(super) fn bearer(&self, access: &str, now: Timestamp) -> Option<Granted> {
        let granted = self.tables().tokens.get(access)?.clone();
        (now.duration_since(granted.at) <= TOKEN_LIVES).then_some(granted)
    }
}

fn make_room<V>(map: &mut HashMap<String, V>, at: impl Fn(&V) -> Timestamp) {
    if map.len() >= MOST {
        let oldest = map.iter().min_by_key(|(_, value)| at(value)).map(|(key, _)| key.clone());
        map.retain(|key, _| Some(key) != oldest.as_ref());
    }
}
