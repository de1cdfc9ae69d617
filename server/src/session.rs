//! Sessions: the heart of this application.

pub mod rows;
