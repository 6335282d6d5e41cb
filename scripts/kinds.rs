//! Writes `kinds.txt` of the package to the standard output.

fn main() {
    print!("{}", keyward::kinds::write());
}
