#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| oauth::fuzzing::any_answer(bytes));
