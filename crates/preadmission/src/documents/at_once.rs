//! How many files of one sender arrive at the same time on this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use kernel::ObjectId;

#[derive(Debug, Clone, Default)]
pub(crate) struct AtOnce(Arc<Mutex<HashMap<ObjectId, i64>>>);

/// A place taken; dropped, it is free again.
#[derive(Debug)]
pub(super) struct Place {
    at_once: AtOnce,
    sender: ObjectId,
}

impl AtOnce {
    /// None: this sender has as many as allowed.
    pub(super) fn enter(&self, sender: ObjectId, most: i64) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(sender).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { at_once: self.clone(), sender })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.at_once.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.sender) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.sender);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::World;

    use super::*;

    #[test]
    fn places_are_counted_for_each_and_given_back() {
        let (world, at_once) = (World::system(), AtOnce::default());
        let (one, other) = (world.id(), world.id());
        let first = at_once.enter(one, 2);
        let second = at_once.enter(one, 2);
        assert!(first.is_some() && second.is_some());
        assert!(at_once.enter(one, 2).is_none());
        assert!(at_once.enter(other, 2).is_some());
        drop(first);
        assert!(at_once.enter(one, 2).is_some());
        drop(second);
        assert!(at_once.0.lock().unwrap().is_empty(), "nothing is kept of who is gone");
    }
}
