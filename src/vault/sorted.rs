//! Sorting and looking up in little code. The sorts and trees of the standard library cost four to five kilobytes of
//! Wasm for each type that they are used with; a vault has some hundred entries and is read a few times a minute.

/// Values by key in a sorted list.
#[derive(Clone, Debug)]
pub(super) struct Sorted<K, V>(Vec<(K, V)>);

impl<K: Ord, V> Sorted<K, V> {
    pub(super) fn new() -> Self {
        Sorted(Vec::new())
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.0[place].1)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// What stood there before.
    pub(super) fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => Some(core::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                self.0.insert(place, (key, value));
                None
            }
        }
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }

    pub(super) fn iter(&self) -> core::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }

    pub(super) fn last(&self) -> Option<&(K, V)> {
        self.0.last()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = V> {
        self.0.into_iter().map(|(_, value)| value)
    }
}

/// Heapsort: not stable, `n log n` in the worst case.
pub(super) fn sort<T>(items: &mut [T], less: impl Fn(&T, &T) -> bool) {
    let count = items.len();
    for step in (0..count + count / 2).rev() {
        // The first steps make a heap, each of the others takes the greatest out of it.
        let (mut root, end) = if step >= count {
            (step - count, count)
        } else {
            (0, step)
        };
        if step < count {
            items.swap(0, step);
        }
        while let Some(child) = Some(2 * root + 1).filter(|child| *child < end) {
            let other = child + 1;
            let child = if other < end && less(&items[child], &items[other]) {
                other
            } else {
                child
            };
            if !less(&items[root], &items[child]) {
                break;
            }
            items.swap(root, child);
            root = child;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        for count in 0..200 {
            let mut items: Vec<u32> = (0..count)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state >> 24
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items, |one, other| one < other);
            assert_eq!(items, expected);
        }
    }
}
