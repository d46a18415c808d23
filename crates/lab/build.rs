//! The sample facilities travel inside the binary: a changed one must rebuild it.

fn main() {
    println!("cargo::rerun-if-changed=../../examples");
}
