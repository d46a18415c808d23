//! The shipped rules are embedded: a rule that is added or removed must rebuild this crate.

fn main() {
    println!("cargo::rerun-if-changed=../../rules");
}
