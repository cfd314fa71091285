//! Writes rust-cpu.pb: a profile of pprof-rs, for the test of other producers.
//! In a crate with `pprof = { version = "0.15", features = ["prost-codec"] }`: cargo run --release
use pprof::protos::Message;
use std::hint::black_box;

#[inline(never)]
fn hash_orders(count: u64) -> u64 {
    (0..count).fold(7, |hash: u64, n| hash.rotate_left(5) ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn main() {
    let guard = pprof::ProfilerGuardBuilder::default().frequency(100).build().unwrap();
    let start = std::time::Instant::now();
    while start.elapsed().as_millis() < 500 {
        black_box(hash_orders(black_box(1_000_000)));
    }
    let profile = guard.report().build().unwrap().pprof().unwrap();
    std::fs::write("rust-cpu.pb", profile.encode_to_vec()).unwrap();
}
