#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vigie_fuzz_properties::probe_tls::weak_key(data));
