//! Makes cargo notice new migration files: they are compiled into the crate.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
