//! Papers out: spreadsheets.
