//! All native tests.
