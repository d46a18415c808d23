use std::ops::{Index, IndexMut};
use std::slice::{Iter, IterMut};

/// A value for each number of a numbering made by this crate: systems of a network, tasks of a
/// problem. Numbers and tables are made together, so that a number always has its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table<T>(Vec<T>);

impl<T> Table<T> {
    /// The same value for each of `rows` numbers.
    pub(crate) fn filled(rows: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self(vec![value; rows])
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The rows, by number.
    pub(crate) fn iter(&self) -> Iter<'_, T> {
        self.0.iter()
    }

    /// The rows to change, by number.
    pub(crate) fn iter_mut(&mut self) -> IterMut<'_, T> {
        self.0.iter_mut()
    }

    /// Adds a row and gives its number.
    pub(crate) fn push(&mut self, value: T) -> usize {
        self.0.push(value);
        self.0.len() - 1
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

#[expect(clippy::indexing_slicing, reason = "numbers are made with their table and never come from a file")]
impl<T> Index<usize> for Table<T> {
    type Output = T;

    fn index(&self, number: usize) -> &T {
        &self.0[number]
    }
}

#[expect(clippy::indexing_slicing, reason = "numbers are made with their table and never come from a file")]
impl<T> IndexMut<usize> for Table<T> {
    fn index_mut(&mut self, number: usize) -> &mut T {
        &mut self.0[number]
    }
}
