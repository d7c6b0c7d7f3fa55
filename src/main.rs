//! The binary `dotpha`.
fn main() {}
