#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| domain::local_path::checks::any_path(text));
